# Run at build time: writes TARGET, the table of built-in scenarios (shell/session/builtin.hpp) from
# the files FILES ("|" between them) below FOLDER. Texts become byte arrays, so that nothing in them
# needs escaping.
string(REPLACE "|" ";" files "${FILES}")
set(arrays "")
set(rows "")
set(count 0)
foreach(file IN LISTS files)
  file(READ ${FOLDER}/${file} hex HEX)
  string(LENGTH "${hex}" size)
  math(EXPR size "${size} / 2")
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(REPEAT "." 80 line)
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "\\.json$" "" name ${file})
  string(APPEND arrays "const unsigned char text_${count}[] = {\n${bytes}};\n")
  string(APPEND rows "    {\"${name}\",\n"
         "     {reinterpret_cast<const char*>(text_${count}), ${size}}},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${TARGET} "#include \"session/builtin.hpp\"\n\nnamespace rq {\n\nnamespace {\n${arrays}}"
     "  // namespace\n\nstd::vector<BuiltinScenario> compiled_in_scenarios() {\n"
     "    return {\n${rows}    };\n}\n\n}  // namespace rq\n")
