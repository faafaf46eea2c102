# Finds what NNC runs on, and installs what is missing. Sourced by `nnc` and `test`, which set `here` first.
#
# What was found is remembered in a state file, so that a later start reads a few lines and spawns nothing.
# Deleting the cache folder, or `./nnc doctor`, looks again.

deno_version=2.9.6   # what is installed when there is no Deno
deno_least=2.9       # the oldest that has permission sets and text imports

if [ -n "${NNC_CACHE:-}" ]; then
  cache=$NNC_CACHE
elif [ -n "${XDG_CACHE_HOME:-}" ]; then
  cache=$XDG_CACHE_HOME/nnc
elif [ -n "${HOME:-}" ] && [ -w "$HOME" ]; then
  cache=$HOME/.cache/nnc
else
  cache=$here/.nnc
fi
state=$cache/setup

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# The state file has one `name=value` a line. Only names known here are taken from it.
recall() {
  deno='' adapter='' modules=''
  [ -r "$state" ] || return 0
  while IFS='=' read -r name value; do
    case $name in
      deno) deno=$value ;;
      adapter) adapter=$value ;;
      modules) modules=$value ;;
    esac
  done <"$state"
}

remember() {
  printf 'deno=%s\nadapter=%s\nmodules=%s\n' "$deno" "$adapter" "$modules" >"$state.$$" &&
    mv -f "$state.$$" "$state"
}

make_cache() {
  mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] ||
    fail "The cache folder \"$cache\" cannot be written. Set NNC_CACHE to a folder that can."
}

# Whether the Deno at $1 runs and is new enough.
deno_serves() {
  found=$("$1" --version 2>/dev/null) || return 1
  found=${found#deno }
  found=${found%% *}
  major=${found%%.*}
  minor=${found#*.}
  minor=${minor%%.*}
  case $major$minor in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt "${deno_least%.*}" ] ||
    { [ "$major" -eq "${deno_least%.*}" ] && [ "$minor" -ge "${deno_least#*.}" ]; }
}

# Sets $deno to a Deno that serves: the PATH's, or a copy of our own.
find_deno() {
  deno=$(command -v deno 2>/dev/null) || deno=''
  if [ -n "$deno" ]; then
    deno_serves "$deno" && return
    say "The Deno at \"$deno\" is older than $deno_least or does not run; using a copy of version $deno_version."
  fi
  deno=$cache/deno-$deno_version
  [ -x "$deno" ] && deno_serves "$deno" && return
  install_deno
}

# npm is asked to run no install script: the program itself lies in an optional package for this platform.
install_deno() {
  command -v npm >/dev/null 2>&1 ||
    fail "NNC runs on Deno, and neither Deno nor npm was found. Install Deno (https://deno.com) or Node with npm, then run this again."
  say "Installing Deno $deno_version from npm into \"$cache\"."
  make_cache
  staging=$(mktemp -d "$cache/staging.XXXXXX") || fail "No folder could be made in \"$cache\"."
  trap 'rm -rf "$staging"' EXIT
  trap 'exit 130' INT TERM
  # npm keeps what it downloads in the home, unless that cannot be written.
  [ -w "${HOME:-}" ] || export npm_config_cache="$staging/npm"
  npm install --prefix "$staging" --ignore-scripts --no-save --no-package-lock --no-audit --no-fund \
    --loglevel=error "deno@$deno_version" >"$cache/setup.log" 2>&1 || {
    tail -n 20 "$cache/setup.log" >&2
    fail "npm could not install deno@$deno_version (see above). Install Deno yourself (https://deno.com), then run this again."
  }
  binary=''
  for candidate in "$staging"/node_modules/@deno/*/deno "$staging"/node_modules/@deno/*/deno.exe; do
    [ -f "$candidate" ] && binary=$candidate && break
  done
  [ -n "$binary" ] ||
    fail "npm has no Deno for this platform ($(uname -sm)). Install Deno yourself (https://deno.com), then run this again."
  chmod +x "$binary"
  deno_serves "$binary" ||
    fail "The Deno that npm installed does not run on this machine ($(uname -sm)). Install Deno yourself (https://deno.com), then run this again."
  mv -f "$binary" "$deno"
  rm -rf "$staging"
  trap - EXIT INT TERM
}

# Downloads the libraries once, so that later starts need no network.
fetch_modules() {
  "$deno" install --quiet --config "$here/deno.json" --lock "$here/deno.lock" --frozen --entrypoint "$here/nnc.ts" >&2 ||
    fail "The libraries that NNC uses could not be downloaded (see above). Check the connection, then run this again."
}

adapter_exists() {
  "$deno" eval --quiet 'Deno.exit(await navigator.gpu?.requestAdapter() ? 0 : 1)' >/dev/null 2>&1
}

# Sets $as_root to what runs a command as root; fails where nothing may.
may_install() {
  as_root=''
  [ -z "${NNC_NO_INSTALL:-}" ] || return 1
  command -v apt-get >/dev/null 2>&1 || return 1
  [ "$(id -u)" -eq 0 ] && return
  command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null && as_root='sudo -n'
  [ -n "$as_root" ]
}

# Installs Debian packages; their output goes to the log, and is shown only when it fails.
install_package() {
  make_cache
  {
    $as_root apt-get update -o DPkg::Lock::Timeout=300 &&
      $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
  } >"$cache/setup.log" 2>&1 </dev/null && return
  tail -n 8 "$cache/setup.log" >&2
  say "Debian's package \"$*\" could not be installed (see above)."
  return 1
}

# Sets $adapter to yes or none. Without an adapter the networks run on the CPU, by the reference.
find_adapter() {
  adapter=yes
  adapter_exists && return
  if may_install; then
    say "No graphics adapter answers on this machine. Installing a software one: Debian's package \"mesa-vulkan-drivers\"."
    install_package mesa-vulkan-drivers && adapter_exists && return
  fi
  adapter=none
  case $(uname -s) in
    Linux) remedy="Install a Vulkan driver (on Debian and Ubuntu, a software one: apt-get install mesa-vulkan-drivers)" ;;
    *) remedy="Install the driver of the graphics card" ;;
  esac
  say "No graphics adapter answers on this machine: networks will run on the CPU, which is slow. $remedy, then run ./nnc doctor."
}

# Deno keeps its modules below HOME; a user without one, as in a container, gets a folder of ours.
set_module_folder() {
  [ -z "${DENO_DIR:-}" ] || return 0
  [ -n "${HOME:-}" ] && [ -w "$HOME" ] && return
  DENO_DIR=$cache/modules
  export DENO_DIR
}

# Mesa wants a private folder for its sockets and warns where there is none.
set_runtime_folder() {
  [ -z "${XDG_RUNTIME_DIR:-}" ] || return 0
  XDG_RUNTIME_DIR=$cache/run
  [ -d "$XDG_RUNTIME_DIR" ] || mkdir -p -m 700 "$XDG_RUNTIME_DIR" 2>/dev/null
  export XDG_RUNTIME_DIR
}

# Keeps Deno on Linux from loading libEGL, which it looks into for adapters and never computes with. A thread that ends
# while libEGL is unloaded at exit frees its memory a second time: work done, and then "double free or corruption".
set_backend() {
  [ "$(uname -s)" = Linux ] || return 0
  DENO_WEBGPU_BACKEND=${DENO_WEBGPU_BACKEND:-vulkan}
  export DENO_WEBGPU_BACKEND
}

# Makes ready to run: $1 is "gpu" where an adapter is wanted, "again" to look for one anew, "" otherwise.
set_up() {
  recall
  if [ -z "$deno" ] || [ ! -x "$deno" ]; then
    find_deno
    changed=yes
  fi
  set_runtime_folder
  set_backend
  set_module_folder
  lock=$here/deno.lock
  if [ "$modules" != "$deno:$lock" ] || [ "$lock" -nt "$state" ]; then
    fetch_modules
    modules=$deno:$lock
    changed=yes
  fi
  if [ "$1" = again ] || { [ "$1" = gpu ] && [ -z "$adapter" ]; }; then
    find_adapter
    changed=yes
  fi
  if [ -n "${changed:-}" ]; then
    make_cache
    remember
  fi
}
