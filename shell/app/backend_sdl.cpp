// The native window: SDL2 and OpenGL 3. Sleeps while nothing moves.
#include "app/backend.hpp"

#include <SDL.h>
#include <SDL_opengl.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "imgui_impl_opengl3.h"
#include "imgui_impl_sdl2.h"

#include "app/app.hpp"

namespace rq {

namespace {

struct Window {
    SDL_Window* window = nullptr;
    SDL_GLContext context = nullptr;
    u32 frames_left = 0;   // to draw before sleeping
    bool closed = false;
};
Window native;

constexpr u32 frames_after_input = 4;

template <typename Function>
Function gl_function(const char* name) {
    return reinterpret_cast<Function>(SDL_GL_GetProcAddress(name));
}

bool open_window() {
    SDL_SetHint(SDL_HINT_VIDEO_HIGHDPI_DISABLED, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) return false;
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 2);
    SDL_GL_SetAttribute(SDL_GL_DOUBLEBUFFER, 1);
    const Uint32 flags = SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
    native.window = SDL_CreateWindow("Runqueue", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                     1440, 900, flags);
    if (!native.window) return false;
    native.context = SDL_GL_CreateContext(native.window);
    if (!native.context) return false;
    SDL_SetWindowMinimumSize(native.window, 360, 340);
    SDL_GL_SetSwapInterval(1);
    return true;
}

CanvasSize canvas_size() {
    int w = 0, h = 0, pixels_w = 0, pixels_h = 0;
    SDL_GetWindowSize(native.window, &w, &h);
    SDL_GL_GetDrawableSize(native.window, &pixels_w, &pixels_h);
    const float density = w > 0 ? static_cast<float>(pixels_w) / static_cast<float>(w) : 1.0f;
    return {static_cast<float>(w), static_cast<float>(h), density};
}

void open_dropped(App& app, char* path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    app.load_text(text.str(), path);
    SDL_free(path);
}

void take_event(App& app, const SDL_Event& event) {
    native.frames_left = frames_after_input;
    ImGui_ImplSDL2_ProcessEvent(&event);
    if (event.type == SDL_QUIT) native.closed = true;
    if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_CLOSE) {
        native.closed = true;
    }
    if (event.type == SDL_DROPFILE) open_dropped(app, event.drop.file);
}

void take_events(App& app) {
    SDL_Event event;
    // Sleep until something happens once everything has settled.
    if (native.frames_left == 0 && SDL_WaitEventTimeout(&event, 250)) take_event(app, event);
    while (SDL_PollEvent(&event)) take_event(app, event);
}

void one_frame(App& app, u64 elapsed_ns) {
    const CanvasSize size = canvas_size();
    app.prepare(size);  // may bake the fonts anew
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplSDL2_NewFrame();
    app.frame(size, elapsed_ns);
    const ImGuiIO& io = ImGui::GetIO();
    static const auto viewport = gl_function<void(APIENTRY*)(GLint, GLint, GLsizei, GLsizei)>(
        "glViewport");
    viewport(0, 0, static_cast<int>(io.DisplaySize.x * size.density),
             static_cast<int>(io.DisplaySize.y * size.density));
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    SDL_GL_SwapWindow(native.window);
}

// RUNQUEUE_APP_FRAMES=N draws N frames and leaves: for tests and measurements.
long frames_wanted() {
    const char* text = std::getenv("RUNQUEUE_APP_FRAMES");
    return text ? std::strtol(text, nullptr, 10) : -1;
}

}  // namespace

int backend_run(App& app) {
    if (!open_window()) {
        std::fprintf(stderr, "runqueue-app: no window: %s\n", SDL_GetError());
        return 2;
    }
    app.open_canvas();
    ImGui_ImplSDL2_InitForOpenGL(native.window, native.context);
    ImGui_ImplOpenGL3_Init("#version 150");
    const long wanted = frames_wanted();
    long drawn = 0;
    const u64 frequency = SDL_GetPerformanceFrequency();
    u64 before = SDL_GetPerformanceCounter();
    native.frames_left = frames_after_input;
    while (!native.closed && drawn != wanted) {
        take_events(app);
        const u64 now = SDL_GetPerformanceCounter();
        const u64 elapsed_ns = (now - before) * 1'000'000 / frequency * 1'000;
        before = now;
        one_frame(app, elapsed_ns);
        drawn++;
        if (native.frames_left > 0) native.frames_left--;
    }
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplSDL2_Shutdown();
    app.close_canvas();
    SDL_GL_DeleteContext(native.context);
    SDL_DestroyWindow(native.window);
    SDL_Quit();
    return 0;
}

ImTextureID backend_make_texture(const ImU32* texels, int size) {
    static const auto gen = gl_function<void(APIENTRY*)(GLsizei, GLuint*)>("glGenTextures");
    static const auto bind = gl_function<void(APIENTRY*)(GLenum, GLuint)>("glBindTexture");
    static const auto parameter =
        gl_function<void(APIENTRY*)(GLenum, GLenum, GLint)>("glTexParameteri");
    static const auto image =
        gl_function<void(APIENTRY*)(GLenum, GLint, GLint, GLsizei, GLsizei, GLint, GLenum, GLenum,
                                    const void*)>("glTexImage2D");
    GLuint name = 0;
    gen(1, &name);
    bind(GL_TEXTURE_2D, name);
    parameter(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    parameter(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    parameter(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_REPEAT);
    parameter(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_REPEAT);
    image(GL_TEXTURE_2D, 0, GL_RGBA, size, size, 0, GL_RGBA, GL_UNSIGNED_BYTE, texels);
    return reinterpret_cast<ImTextureID>(static_cast<intptr_t>(name));
}

void backend_drop_texture(ImTextureID texture) {
    static const auto drop = gl_function<void(APIENTRY*)(GLsizei, const GLuint*)>(
        "glDeleteTextures");
    const GLuint name = static_cast<GLuint>(reinterpret_cast<intptr_t>(texture));
    drop(1, &name);
}

void backend_wake() {
    native.frames_left = frames_after_input;
}

}  // namespace rq
