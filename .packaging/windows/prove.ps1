# Proves the installer on Windows itself: it installs without a question, the
# program knows itself, tracks the sample to the masks of the Linux build, and
# the uninstaller leaves nothing. Wine shows the rest (.packaging/windows/prove).
# It has not been run on a Windows machine yet.
param([Parameter(Mandatory)] [string] $Setup, [Parameter(Mandatory)] [string] $Masks)
$ErrorActionPreference = 'Stop'
function Check($what, $good) { if (-not $good) { throw "proof on Windows FAILED: $what" } ; Write-Output "proved: $what" }
$root = (Get-Item $PSScriptRoot).Parent.Parent.FullName
$folder = Join-Path $env:LOCALAPPDATA 'Programs\Masklet'
$masklet = Join-Path $folder 'masklet.exe'

Start-Process -Wait -FilePath $Setup -ArgumentList '/S'
Check 'it installs' (Test-Path $masklet)
$info = & $masklet info
$info
Check 'masklet info, with ONNX Runtime' ($LASTEXITCODE -eq 0 -and ($info -match 'providers: cpu'))

$out = Join-Path $env:TEMP 'masklet Prüfung 標注'
& $masklet track -engine classic -video "$root\assets\sample\sample.mp4" -prompts "$root\assets\sample\prompts.json" -out $out -format png
Check 'it tracks the sample' ($LASTEXITCODE -eq 0)
$differ = Get-ChildItem -Recurse -File $Masks | Where-Object {
  $there = Join-Path "$out\png" ([IO.Path]::GetRelativePath((Resolve-Path $Masks), $_.FullName))
  -not (Test-Path $there) -or (Get-FileHash $there).Hash -ne (Get-FileHash $_.FullName).Hash
}
Check 'the masks are those of Linux' (-not $differ)

Start-Process -Wait -FilePath (Join-Path $folder 'uninstall.exe') -ArgumentList '/S', "_?=$folder"
Remove-Item (Join-Path $folder 'uninstall.exe')
Check 'uninstalling leaves no program' (-not (Get-ChildItem $folder))
Check 'uninstalling leaves no association' (-not (Test-Path 'HKCU:\Software\Classes\Masklet.Project'))
