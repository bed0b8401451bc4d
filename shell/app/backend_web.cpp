// The canvas of the page: SDL2 on WebGL 2, driven by the browser's frames. The page's scripts
// start it, report sizes and regions, and wake it; while nothing moves no frame is asked for.
#include "app/backend_web.hpp"

#include <GLES3/gl3.h>
#include <SDL.h>
#include <emscripten.h>
#include <emscripten/html5.h>

#include "imgui_impl_opengl3.h"
#include "imgui_impl_sdl2.h"

#include "app/app.hpp"

// The page is told that rows changed; it asks for what it shows.
EM_JS(void, page_changed, (double revision, int playing), {
    if (Module["changed"]) Module["changed"](revision, playing);
});
EM_JS(void, page_first_frame, (), {
    if (Module["firstFrame"]) Module["firstFrame"]();
});

// Emscripten's own table of every GL function by name would be a tenth of the page. Nothing here
// looks one up: Dear ImGui's backend calls WebGL 2's functions directly.
extern "C" void* eglGetProcAddress(const char*) {
    return nullptr;
}

namespace rq {

namespace {

struct Canvas {
    App* app = nullptr;
    SDL_Window* window = nullptr;
    SDL_GLContext context = nullptr;
    CanvasSize size{640, 480, 1};
    bool resized = false;
    bool first = true;
    bool looping = false;
    u32 frames_left = 0;
    double before_ms = 0;
    double told_revision = -1;
};
Canvas web;

constexpr u32 frames_after_input = 4;

bool open_window() {
    // Keys belong to the page unless the canvas has the focus.
    SDL_SetHint(SDL_HINT_EMSCRIPTEN_KEYBOARD_ELEMENT, "#canvas");
    SDL_SetHint(SDL_HINT_EMSCRIPTEN_ASYNCIFY, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) return false;
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_ES);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 0);
    SDL_GL_SetAttribute(SDL_GL_ALPHA_SIZE, 0);
    SDL_GL_SetAttribute(SDL_GL_DEPTH_SIZE, 0);
    SDL_GL_SetAttribute(SDL_GL_STENCIL_SIZE, 0);
    web.window = SDL_CreateWindow("Runqueue", 0, 0, static_cast<int>(web.size.width),
                                  static_cast<int>(web.size.height),
                                  SDL_WINDOW_OPENGL | SDL_WINDOW_ALLOW_HIGHDPI);
    if (!web.window) return false;
    web.context = SDL_GL_CreateContext(web.window);
    return web.context != nullptr;
}

// SDL keeps the size for pointer coordinates; the canvas itself is exactly whole device pixels.
void apply_size() {
    const int w = static_cast<int>(web.size.width + 0.5f);
    const int h = static_cast<int>(web.size.height + 0.5f);
    SDL_SetWindowSize(web.window, w, h);
    emscripten_set_canvas_element_size("#canvas",
                                       static_cast<int>(web.size.width * web.size.density + 0.5f),
                                       static_cast<int>(web.size.height * web.size.density + 0.5f));
    web.resized = false;
}

void draw_frame(u64 elapsed_ns) {
    if (web.resized) apply_size();
    web.app->prepare(web.size);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplSDL2_NewFrame();
    web.app->frame(web.size, elapsed_ns);
    glViewport(0, 0, static_cast<int>(web.size.width * web.size.density + 0.5f),
               static_cast<int>(web.size.height * web.size.density + 0.5f));
    const ImVec4 clear = ImGui::ColorConvertU32ToFloat4(theme().background);
    glClearColor(clear.x, clear.y, clear.z, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    if (web.first) page_first_frame();
    web.first = false;
}

EM_BOOL one_frame(double now_ms, void*) {
    SDL_Event event;
    while (web.window && SDL_PollEvent(&event)) {
        web.frames_left = frames_after_input;
        ImGui_ImplSDL2_ProcessEvent(&event);
    }
    const double elapsed_ms = web.before_ms > 0 ? now_ms - web.before_ms : 0;
    web.before_ms = now_ms;
    const u64 elapsed_ns = static_cast<u64>(elapsed_ms < 0 ? 0 : elapsed_ms * 1e6);
    if (web.window) {
        draw_frame(elapsed_ns);
    } else {
        web.app->advance(elapsed_ns);
    }
    const double revision = static_cast<double>(web.app->revision());
    if (revision != web.told_revision) {
        web.told_revision = revision;
        page_changed(revision, web.app->playing());
    }
    if (web.frames_left > 0) web.frames_left--;
    web.looping = web.frames_left > 0 || web.app->moving();
    if (!web.looping) web.before_ms = 0;
    return web.looping;
}

}  // namespace

int backend_run(App& app) {
    web.app = &app;
    return 0;
}

ImTextureID backend_make_texture(const ImU32* texels, int size) {
    GLuint name = 0;
    glGenTextures(1, &name);
    glBindTexture(GL_TEXTURE_2D, name);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_REPEAT);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_REPEAT);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, size, size, 0, GL_RGBA, GL_UNSIGNED_BYTE, texels);
    return reinterpret_cast<ImTextureID>(static_cast<intptr_t>(name));
}

void backend_drop_texture(ImTextureID texture) {
    const GLuint name = static_cast<GLuint>(reinterpret_cast<intptr_t>(texture));
    glDeleteTextures(1, &name);
}

void backend_wake() {
    web.frames_left = frames_after_input;
    if (web.looping || !web.app) return;
    web.looping = true;
    emscripten_request_animation_frame_loop(one_frame, nullptr);
}

bool web_open_canvas(CanvasSize size) {
    web.size = size;
    if (!open_window()) return false;
    web.resized = true;
    web.app->open_canvas();
    ImGui_ImplSDL2_InitForOpenGL(web.window, web.context);
    ImGui_ImplOpenGL3_Init("#version 300 es");
    return true;
}

void web_resize(CanvasSize size) {
    web.size = size;
    web.resized = true;
    backend_wake();
}

App& web_app() {
    return *web.app;
}

}  // namespace rq
