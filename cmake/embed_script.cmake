# The work of runqueue_embed (embed.cmake), run at build time.
string(REPLACE "|" ";" entries "${ENTRIES}")
set(text "#include \"${HEADER}\"\n\nnamespace rq {\n")
foreach(entry IN LISTS entries)
  string(REGEX MATCH "^([^=]*)=(.*)$" _ ${entry})
  set(name ${CMAKE_MATCH_1})
  file(READ ${FOLDER}/${CMAKE_MATCH_2} hex HEX)
  string(LENGTH "${hex}" size)
  math(EXPR size "${size} / 2")
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(................................................................................)"
         "\\1\n" bytes "${bytes}")
  string(APPEND text "static const unsigned char ${name}_bytes[] = {\n${bytes}};\n"
         "extern const ${TYPE} ${name} = {${name}_bytes, ${size}};\n")
endforeach()
file(WRITE ${TARGET} "${text}}  // namespace rq\n")
