@echo off
rem Runs Demur from a checkout on Windows. Not tested: Demur is built and tested on Linux only.
rem It builds when nothing is built; after a change of the sources delete demur-cli\target\lib.
rem It needs JAVA_HOME to name a JDK 25, and Maven (mvn) on PATH for the build.
setlocal enableextensions
set "ROOT=%~dp0"
if not exist "%JAVA_HOME%\bin\javac.exe" goto nojdk
findstr /b /c:"JAVA_VERSION=\"25" "%JAVA_HOME%\release" >nul 2>nul
if errorlevel 1 goto nojdk

if exist "%ROOT%demur-cli\target\lib" goto built
where mvn >nul 2>nul
if errorlevel 1 goto nomaven
echo Building Demur (the first time also fetches its libraries) ... 1>&2
if not exist "%ROOT%target" mkdir "%ROOT%target"
pushd "%ROOT%"
call mvn -B -ntp -Dmaven.test.skip=true -pl demur-cli -am package > "%ROOT%target\demur-build.log" 2>&1
if errorlevel 1 goto nobuild
popd

:built
if not defined DEMUR_CACHE set "DEMUR_CACHE=%LOCALAPPDATA%\demur"
if not defined DJL_CACHE_DIR set "DJL_CACHE_DIR=%DEMUR_CACHE%\djl"
if not defined DJL_OFFLINE set "DJL_OFFLINE=true"
if not defined OPT_OUT_TRACKING set "OPT_OUT_TRACKING=true"
if not defined OMP_NUM_THREADS set "OMP_NUM_THREADS=%NUMBER_OF_PROCESSORS%"
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=PASSIVE"
if not defined OPENBLAS_NUM_THREADS set "OPENBLAS_NUM_THREADS=%OMP_NUM_THREADS%"
if not defined OPENBLAS_THREAD_TIMEOUT set "OPENBLAS_THREAD_TIMEOUT=20"
"%JAVA_HOME%\bin\java" -Xlog:disable -Xlog:all=error:stderr -XX:+UseSerialGC ^
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ^
  "-Ddemur.terminals=in,out,err" "-Dorg.bytedeco.javacpp.cachedir=%DEMUR_CACHE%\javacpp" %DEMUR_JAVA_OPTS% ^
  -cp "%ROOT%demur-cli\target\*;%ROOT%demur-cli\target\lib\*" org.demur.cli.Main %*
exit /b %errorlevel%

:nojdk
echo error: Demur needs a JDK 25, and JAVA_HOME (%JAVA_HOME%) names none; install one and set JAVA_HOME to its folder 1>&2
exit /b 4

:nomaven
echo error: Demur is built with Apache Maven, and there is no mvn on PATH; install Maven 3.8 or newer 1>&2
exit /b 4

:nobuild
popd
echo error: Demur could not be built; the whole log is in %ROOT%target\demur-build.log 1>&2
exit /b 70
