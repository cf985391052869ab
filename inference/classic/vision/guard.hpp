// guard runs f and turns every C++ exception into an error message: an
// exception that reached Go's stack would end the whole process.
#ifndef MASKLET_VISION_GUARD_HPP
#define MASKLET_VISION_GUARD_HPP

#include "opencv.h"

#include <cstdio>
#include <exception>

template <class F> int guard(char *err, F f) {
    try {
        f();
        return 0;
    } catch (const std::exception &e) {
        std::snprintf(err, ERR_LEN, "%s", e.what());
    } catch (...) {
        std::snprintf(err, ERR_LEN, "unknown C++ exception");
    }
    return -1;
}

#endif
