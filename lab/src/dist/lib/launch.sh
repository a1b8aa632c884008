# Finds Java and starts Hourglass. Sourced by bin/hourglass of an unzipped release and by the launcher of a source
# checkout; POSIX sh. Forks as little as it can: every process started here is felt before the first line of output.

say() {
    printf 'hourglass: %s\n' "$*" >&2
}

# java_version JAVA: the major version of that executable in $version, or nothing if it does not run.
java_version() {
    version=
    # The file beside every JDK and JRE says it without starting a JVM, which takes longer than all else here.
    release=${1%/bin/*}/release
    if [ -r "$release" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            case $line in
            JAVA_VERSION=*)
                version=${line#*=}
                break
                ;;
            esac
        done <"$release"
    fi
    if [ -z "$version" ]; then
        # First line: openjdk version "17.0.15" 2025-04-15
        version=$("$1" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
    fi
    version=${version#\"}
    version=${version%\"}
    version=${version#1.} # 1.8 was Java 8
    version=${version%%[!0-9]*}
}

# fits JAVA NAME NEED: whether that java is of 17 or later, with javac beside it if NEED is javac; else says why.
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

# find_java [javac]: sets $java and its $version, or ends the program. JAVA_HOME first, then the PATH.
find_java() {
    if [ -n "${JAVA_HOME:-}" ]; then
        java=$JAVA_HOME/bin/java
        if [ ! -x "$java" ]; then
            say "JAVA_HOME ($JAVA_HOME) holds no bin/java."
        elif fits "$java" "JAVA_HOME ($JAVA_HOME)" "${1:-java}"; then
            return 0
        fi
        say "Trying the java on the PATH instead."
    fi
    if java=$(command -v java); then
        # /usr/bin/java is usually a link into a JDK; javac and the release file are at its end.
        java=$(readlink -f "$java" 2>/dev/null || printf '%s' "$java")
        if fits "$java" "$java" "${1:-java}"; then
            return 0
        fi
    fi
    say "No Java 17 or later found." \
        "Install a JDK (for instance Temurin from https://adoptium.net) or set JAVA_HOME to one."
    exit 1
}

# run HOME LIB ARGUMENT...: becomes the program. $java is set. HOME holds data/mnist, LIB the jars.
# HOURGLASS_JAVA_OPTS: more options for Java, for instance -Xmx8g or -Dhourglass.kernels=scalar.
run() {
    home=$1
    lib=$2
    shift 2

    # The engine's vector kernels need this module. The JDK announces it on standard error ("WARNING: Using incubator
    # modules") and no option stops that; a filter would cost the terminal and the order of messages. Help and version
    # need no kernels, so they stay clean. With objects at multiples of 64 bytes, weights and gradients lie along cache
    # lines (Kernels.START).
    engine="--add-modules=jdk.incubator.vector -XX:ObjectAlignmentInBytes=64"
    for argument in "$@"; do
        case $argument in
        -h | --help | -V | --version) engine= ;;
        esac
    done

    # Java takes names of files and text on the terminal by the locale. In that of cron and of containers, C, it has no
    # letters beyond ASCII; and one of UTF-8 may be named but not be installed, which makes it C as well. Any other
    # encoding is the user's own.
    locale=${LC_ALL:-${LC_CTYPE:-${LANG:-C}}}
    case $locale in
    C | POSIX | *.UTF-8 | *.utf-8 | *.UTF8 | *.utf8)
        if [ -d /usr/lib/locale/C.utf8 ] || [ -d /usr/lib/locale/C.UTF-8 ]; then
            export LC_ALL=C.UTF-8
        fi
        ;;
    esac

    # Java cannot tell whether standard error is a terminal, nor its width: progress wants to know.
    terminal=
    if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
        terminal=-Dhourglass.tty=true
        size=$(stty size <&2 2>/dev/null) || size=
        columns=${size#* }
        case $columns in
        '' | 0 | *[!0-9]*) ;;
        *) terminal="$terminal -Dhourglass.columns=$columns" ;;
        esac
    fi

    # With fewer files Java itself does not come up, or not all of it, and says so in many words.
    files=$(ulimit -n)
    if [ "$files" != unlimited ] && [ "$files" -lt 32 ]; then
        say "The limit of open files (ulimit -n) is $files; 32 or more are needed."
        exit 1
    fi

    # exec: signals, standard input and the exit code are Java's own. The serial collector starts fastest and leaves the
    # cores to the training threads, which make next to no garbage.
    # shellcheck disable=SC2086 # words, or nothing
    exec "$java" $engine -XX:+UseSerialGC -Xshare:auto $terminal -Dhourglass.home="$home" \
        ${HOURGLASS_JAVA_OPTS:-} -cp "$lib/*" io.hourglass.lab.cli.Main "$@"
}
