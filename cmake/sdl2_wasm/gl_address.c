/* The OpenGL functions that SDL2 itself asks for by name. Emscripten's own eglGetProcAddress knows
   every function there is and so brings the JavaScript of them all into the page: 60 KB of it. */
#include <GLES3/gl3.h>
#include <string.h>

typedef void (*gl_function)(void);

gl_function runqueue_gl_address(const char *name);

gl_function runqueue_gl_address(const char *name)
{
    if (!strcmp(name, "glGetString")) return (gl_function)glGetString;
    if (!strcmp(name, "glGetStringi")) return (gl_function)glGetStringi;
    if (!strcmp(name, "glGetIntegerv")) return (gl_function)glGetIntegerv;
    if (!strcmp(name, "glGetError")) return (gl_function)glGetError;
    return 0;
}
