@echo off
rem Runs Maven: the one on the PATH if there is one, else one kept in .maven, which is fetched once and checked
rem against a known SHA-512. The usual wrapper is not used: docs\decisions.md says why.
setlocal
where mvn >nul 2>nul && (
  call mvn %*
  exit /b
)
for /f "usebackq delims=" %%m in (`python "%~dp0environment\house\maven.py"`) do set "NEARFAR_MVN=%%m"
if not defined NEARFAR_MVN exit /b 1
call "%NEARFAR_MVN%.cmd" %*
exit /b
