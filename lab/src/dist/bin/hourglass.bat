@echo off
rem Starts Hourglass from an unzipped release, which needs Java 17 or later, or from an image with its own Java.
setlocal
set "HG_HOME=%~dp0.."
set "HG_JAVA=java"
if exist "%HG_HOME%\runtime\bin\java.exe" (
    set "HG_JAVA=%HG_HOME%\runtime\bin\java.exe"
    goto run
)
if not defined JAVA_HOME goto path
if not exist "%JAVA_HOME%\bin\java.exe" (
    echo hourglass: JAVA_HOME ^(%JAVA_HOME%^) has no bin\java.exe; trying the java on the PATH instead. 1>&2
    goto path
)
set "HG_JAVA=%JAVA_HOME%\bin\java.exe"
goto run

:path
where /q java
if errorlevel 1 (
    echo hourglass: No Java found. Install Java 17 or later ^(for example from https://adoptium.net^) ^
or set JAVA_HOME to one. 1>&2
    exit /b 1
)

:run
rem Main loads the module jdk.incubator.vector; with --add-modules, Java would print a warning first.
set "HG_ENGINE=--add-exports=java.base/jdk.internal.module=ALL-UNNAMED"
set "HG_ENGINE=%HG_ENGINE% -XX:ObjectAlignmentInBytes=64 -XX:+UseSerialGC -Xshare:auto"
"%HG_JAVA%" %HG_ENGINE% "-Dhourglass.home=%HG_HOME%" %HOURGLASS_JAVA_OPTS% -cp "%HG_HOME%\lib\*" ^
    io.hourglass.lab.cli.Main %*
exit /b %errorlevel%
