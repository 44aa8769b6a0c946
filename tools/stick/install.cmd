@echo off
rem Install the course on this computer. It asks nothing of a network.
setlocal
set "HERE=%~dp0"
set "COURSE_PYTHON="
call :look
if not defined COURSE_PYTHON call :bring
if not defined COURSE_PYTHON (
    echo This stick needs Python @WINDOWS@, 64-bit, and none was found on this computer.
    echo Ask your instructor, or your IT office, for the installer from python.org.
    echo Put it into the folder "python" of this stick and start install.cmd again.
    pause
    exit /b 1
)
%COURSE_PYTHON% "%HERE%install.py" %*
set "RESULT=%ERRORLEVEL%"
pause
exit /b %RESULT%

:look
for %%V in (@TRIES@) do if not defined COURSE_PYTHON (
    py -%%V "%HERE%install.py" --fits >nul 2>nul && set "COURSE_PYTHON=py -%%V"
)
if not defined COURSE_PYTHON (
    python "%HERE%install.py" --fits >nul 2>nul && set "COURSE_PYTHON=python"
)
for %%V in (@TRIES@) do if not defined COURSE_PYTHON call :folder %%V
exit /b 0

:folder
set "DIGITS=%1"
set "DIGITS=%DIGITS:.=%"
set "PLACE=%LocalAppData%\Programs\Python\Python%DIGITS%\python.exe"
if exist "%PLACE%" set COURSE_PYTHON="%PLACE%"
exit /b 0

:bring
for %%F in ("%HERE%python\python-3*.exe") do (
    echo Installing Python for you alone, from %%~nxF ...
    "%%~fF" /passive InstallAllUsers=0 Include_launcher=0 Include_test=0 PrependPath=0
)
call :look
exit /b 0
