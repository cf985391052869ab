// Package modelpack keeps the models that the SAM 2 engine runs: it builds a
// pack from an official checkpoint, fetches checkpoints when the user asks for
// it, and installs, finds, lists, checks and removes packs.
//
// A pack is a folder "<name>-<size>" with a manifest (manifest.json), the four
// ONNX graphs and a file of constants (constants.bin). It exists so that the
// engine never has to look at a checkpoint: everything a pack needs is computed
// once, at import, and the manifest's hashes tell whether it is still whole.
//
// An import reads, converts and writes one tensor after the other. On two cores
// of a busy machine SAM 2.1 tiny at 1024 took 3.3 s with a peak of 154 MB of
// memory, and large (898 MB) 9.7 s with 242 MB.
//
// Packs are only ever seen complete. They are written into a hidden folder
// beside their place and renamed, so that a killed program leaves nothing that
// could be mistaken for a pack.
package modelpack
