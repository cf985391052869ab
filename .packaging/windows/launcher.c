// masklet-window.exe: starts `masklet.exe open ARGUMENTS`, which lies beside it,
// without a console. It is what the start menu and the file association name.
#include <wchar.h>
#include <windows.h>

static int sorry(const wchar_t *what) {
    MessageBoxW(NULL, what, L"Masklet", MB_ICONERROR);
    return 1;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, wchar_t *arguments, int show) {
    (void)instance, (void)previous, (void)show;
    static wchar_t program[32768], command[32768 * 2];
    DWORD n = GetModuleFileNameW(NULL, program, 32768 - 16);
    while (n > 0 && program[n - 1] != L'\\') n--;
    wcscpy(program + n, L"masklet.exe");
    if (wcslen(arguments) > 32000) return sorry(L"The arguments are too long.");
    wcscpy(command, L"\"");
    wcscat(command, program);
    wcscat(command, L"\" open ");
    wcscat(command, arguments);

    STARTUPINFOW how;
    PROCESS_INFORMATION masklet;
    GetStartupInfoW(&how);
    if (!CreateProcessW(program, command, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &how, &masklet))
        return sorry(L"masklet.exe, which should lie beside this program, cannot be started.");
    DWORD code = 1;
    WaitForSingleObject(masklet.hProcess, INFINITE);
    GetExitCodeProcess(masklet.hProcess, &code);
    if (code != 0) sorry(L"Masklet ended with an error. What is saved is saved.\n\n`masklet.exe info` in a command window names the log.");
    return (int)code;
}
