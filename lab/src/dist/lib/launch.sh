# Finds Java and starts Hourglass. POSIX sh, sourced by bin/hourglass of an unzipped release and by the launcher of a
# clone. It starts as few processes as possible, because each one delays the first line of output.

say() {
    printf 'hourglass: %s\n' "$*" >&2
}

# java_version JAVA: sets $release to the version of that executable, for instance 17.0.15, and $version to its first
# number; to nothing if it does not run.
java_version() {
    version=
    # Every JDK and JRE has a file with its version. Reading it avoids starting a JVM, the slowest part of all this.
    if [ -r "${1%/bin/*}/release" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            case $line in
            JAVA_VERSION=*)
                version=${line#*=}
                break
                ;;
            esac
        done <"${1%/bin/*}/release"
    fi
    if [ -z "$version" ]; then
        # First line: openjdk version "17.0.15" 2025-04-15
        version=$("$1" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
    fi
    version=${version#\"}
    version=${version%\"}
    release=$version
    version=${version#1.} # 1.8 was Java 8
    version=${version%%[!0-9]*}
}

# fits JAVA NAME NEED: whether that java is version 17 or later, with javac beside it if NEED is javac. If not, says
# why.
fits() {
    java_version "$1"
    if [ -z "$version" ]; then
        say "$2 does not run."
    elif [ "$version" -lt 17 ]; then
        say "$2 is Java $version; 17 or later is needed."
    elif [ "$3" = javac ] && [ ! -x "${1%/*}/javac" ]; then
        say "$2 is Java $version without the compiler (javac), which the build needs; install a JDK."
    else
        return 0
    fi
    return 1
}

# find_java [javac]: sets $java and $version, or ends the program. Looks at JAVA_HOME first, then at the PATH.
find_java() {
    if [ -n "${JAVA_HOME:-}" ]; then
        java=$JAVA_HOME/bin/java
        if [ ! -x "$java" ]; then
            say "JAVA_HOME ($JAVA_HOME) has no bin/java."
        elif fits "$java" "JAVA_HOME ($JAVA_HOME)" "${1:-java}"; then
            return 0
        fi
        say "Trying the java on the PATH instead."
    fi
    if java=$(command -v java); then
        # /usr/bin/java is usually a link into a JDK, where javac and the release file are.
        java=$(readlink -f "$java" 2>/dev/null || printf '%s' "$java")
        if fits "$java" "$java" "${1:-java}"; then
            return 0
        fi
    fi
    say "No Java 17 or later found." \
        "Install a JDK (for example Temurin from https://adoptium.net) or set JAVA_HOME to one."
    exit 1
}

# engine_options: sets $engine to the options that the engine needs with a Java of $version.
engine_options() {
    # The engine's vector kernels need the module jdk.incubator.vector. With --add-modules, the JDK prints "WARNING:
    # Using incubator modules" before everything else, and no option turns this off. So Main loads the module once Java
    # runs, with the method of the JDK that this option opens. This is tried with Java 17 to 25; a later one gets the
    # module with the warning. Objects aligned to 64 bytes let weights and gradients start at cache lines
    # (Kernels.START).
    if [ "${version:-0}" -le 25 ]; then
        engine="--add-exports=java.base/jdk.internal.module=ALL-UNNAMED"
    else
        engine="--add-modules=jdk.incubator.vector"
    fi
    engine="$engine -XX:ObjectAlignmentInBytes=64"
    # Until the JVM has compiled a vector kernel, a call takes a hundred times as long, so it is to compile them early.
    engine="$engine -XX:CompileCommand=quiet"
    for kernels in Tiles::* Activations::* Gelu::* Losses::* Scans::* Steps::* \
        Products::transpose Products::transposeFours Products::transposeSquares Products::sum; do
        engine="$engine -XX:CompileCommand=CompileThresholdScaling,io.hourglass.compute.Vector$kernels,0.05"
    done

    # ONNX files are written with protobuf, which uses methods that Java 24 and later warn about.
    if [ "${version:-0}" -ge 24 ]; then
        engine="$engine --sun-misc-unsafe-memory-access=allow"
    fi
}

# archive LIB: stores the loaded classes of a short command of $java in an archive beside the jars, from which all
# commands start faster. Java's own archive does not suit the engine, because its objects are aligned to 8 bytes.
# Whatever goes wrong, commands also run without the archive.
archive() {
    work=$1/archive
    engine_options
    rm -rf "$work"
    mkdir "$work" && (
        cd "$work" || exit 1
        # shellcheck disable=SC2086,SC2317 # split into words on purpose
        start() {
            "$java" $engine -XX:+UseSerialGC "$@"
        }
        main=io.hourglass.lab.cli.Main
        printf 'a,b\n1,2\n3,5\n2,8\n4,1\n' >rows.csv
        start -cp "$1/*" $main train --data rows.csv --latent 1 --epochs 1 --scale standard -o model.safetensors &&
            start -XX:DumpLoadedClassList=classes -cp "$1/*" $main encode model.safetensors --data rows.csv \
                -o codes.csv &&
            start -Xshare:dump -XX:SharedClassListFile=classes -XX:SharedArchiveFile=classes.jsa -cp "$1/*" &&
            mv classes.jsa "$1/hourglass-$release.jsa"
    )
    rm -rf "$work"
}

# run HOME LIB ARGUMENT...: replaces the shell by the program, run by $java of $release. HOME has data/mnist, LIB has
# the jars. HOURGLASS_JAVA_OPTS holds more options for Java, such as -Xmx8g or -Dhourglass.kernels=scalar.
run() {
    home=$1
    lib=$2
    shift 2

    engine_options
    archived=$lib/hourglass-$release.jsa # Java would complain about the archive of another version
    [ -r "$archived" ] || archived=
    # Help, completion and version compute nothing, so they start without the engine's options and use Java's own
    # archive. So does info if there is no other archive. Reading a model chooses kernels; without the module, those of
    # info would come with a warning.
    if [ "${1:-}" = info ] && [ -z "$archived${HOURGLASS_JAVA_OPTS:-}" ]; then
        engine=-Dhourglass.kernels=scalar
    fi
    plain=
    case ${1:-help} in
    help | completion) plain=1 ;;
    esac
    for argument in "$@"; do
        case $argument in
        -h | --help | -V | --version) plain=1 ;;
        esac
    done
    if [ -n "$plain" ]; then
        engine=
        archived=
    fi

    # Java encodes file names and terminal text by the locale. The locale C, usual in cron and in containers, has only
    # ASCII. A UTF-8 locale that is not installed acts like C too. Any other encoding is the user's choice.
    locale=${LC_ALL:-${LC_CTYPE:-${LANG:-C}}}
    case $locale in
    C | POSIX | *.UTF-8 | *.utf-8 | *.UTF8 | *.utf8)
        if [ -d /usr/lib/locale/C.utf8 ] || [ -d /usr/lib/locale/C.UTF-8 ]; then
            export LC_ALL=C.UTF-8
        fi
        ;;
    esac

    # Java cannot tell whether standard error is a terminal, or how wide. The progress display needs both, and help
    # needs the width, also if it goes through a pipe into a pager. Without any terminal, COLUMNS counts.
    terminal=
    if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
        terminal=-Dhourglass.tty=true
    fi
    size=
    if [ -t 2 ]; then
        size=$(stty size <&2 2>/dev/null) || size=
    elif [ -t 1 ]; then
        size=$(stty size <&1 2>/dev/null) || size=
    elif [ -t 0 ]; then
        size=$(stty size 2>/dev/null) || size=
    fi
    columns=${size#* }
    case $columns in
    '' | 0 | *[!0-9]*) ;;
    *) terminal="$terminal -Dhourglass.columns=$columns" ;;
    esac

    # With fewer open files, Java fails to start or fails later, with long messages.
    files=$(ulimit -n)
    if [ "$files" != unlimited ] && [ "$files" -lt 32 ]; then
        say "The limit on open files (ulimit -n) is $files; 32 or more are needed."
        exit 1
    fi

    # exec: Java receives signals and standard input directly and sets the exit code. The serial collector starts
    # fastest and leaves the cores to the training threads, which make hardly any garbage.
    # Java ignores an archive that was made by another build of the same version, or for other options.
    # shellcheck disable=SC2086 # split into words on purpose
    exec "$java" $engine ${archived:+"-XX:SharedArchiveFile=$archived" -Xlog:cds=off} -XX:+UseSerialGC \
        -Xshare:auto $terminal -Dhourglass.home="$home" \
        ${HOURGLASS_JAVA_OPTS:-} -cp "$lib/*" io.hourglass.lab.cli.Main "$@"
}
