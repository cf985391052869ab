; The installer, for one user, without administrator rights. makensis gets
; VERSION, FOLDER (what is installed), LIST (its files, to remove them) and OUT.
Unicode true
Target amd64-unicode
!include "MUI2.nsh"
!include "FileFunc.nsh"

Name "Masklet"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Masklet"
InstallDirRegKey HKCU "Software\Masklet" "Folder"
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestLongPathAware true
BrandingText "Masklet ${VERSION}"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\masklet-window.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

!define CLASSES "Software\Classes"
!define REMOVE "Software\Microsoft\Windows\CurrentVersion\Uninstall\Masklet"
!define CHANGED "System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'" ; associations

Section
  SetShellVarContext current
  SetOutPath "$INSTDIR"
  File /r "${FOLDER}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Masklet.lnk" "$INSTDIR\masklet-window.exe"
  WriteRegStr HKCU "Software\Masklet" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${CLASSES}\.masklet" "" "Masklet.Project"
  WriteRegStr HKCU "${CLASSES}\Masklet.Project" "" "Masklet project"
  WriteRegStr HKCU "${CLASSES}\Masklet.Project\DefaultIcon" "" "$INSTDIR\masklet-window.exe,0"
  WriteRegStr HKCU "${CLASSES}\Masklet.Project\shell\open\command" "" '"$INSTDIR\masklet-window.exe" "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\masklet-window.exe" "FriendlyAppName" "Masklet"
  WriteRegStr HKCU "${CLASSES}\Applications\masklet-window.exe\shell\open\command" "" '"$INSTDIR\masklet-window.exe" "%1"'
  !macro Opens extension
    WriteRegStr HKCU "${CLASSES}\Applications\masklet-window.exe\SupportedTypes" "${extension}" ""
  !macroend
  !insertmacro Opens ".masklet"
  !insertmacro Opens ".mp4"
  !insertmacro Opens ".mov"
  !insertmacro Opens ".avi"
  !insertmacro Opens ".mkv"
  !insertmacro Opens ".webm"
  WriteRegStr HKCU "${REMOVE}" "DisplayName" "Masklet"
  WriteRegStr HKCU "${REMOVE}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${REMOVE}" "DisplayIcon" "$INSTDIR\masklet-window.exe,0"
  WriteRegStr HKCU "${REMOVE}" "Publisher" "The Masklet authors"
  WriteRegStr HKCU "${REMOVE}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${REMOVE}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${REMOVE}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${REMOVE}" "NoModify" 1
  WriteRegDWORD HKCU "${REMOVE}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${REMOVE}" "EstimatedSize" $0
  ${CHANGED}
SectionEnd

Section "Uninstall"
  SetShellVarContext current
  !include "${LIST}" ; what was installed and nothing else
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Masklet.lnk"
  DeleteRegKey HKCU "Software\Masklet"
  DeleteRegKey HKCU "${CLASSES}\.masklet"
  DeleteRegKey HKCU "${CLASSES}\Masklet.Project"
  DeleteRegKey HKCU "${CLASSES}\Applications\masklet-window.exe"
  DeleteRegKey HKCU "${REMOVE}"
  ${CHANGED}
SectionEnd
