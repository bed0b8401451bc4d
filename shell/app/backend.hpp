// What a platform gives the app: a window with a canvas, textures, and a loop.
// backend_sdl.cpp is the native window, backend_web.cpp the canvas of the page.
#pragma once

#include "app/draw.hpp"

namespace rq {

struct App;

struct CanvasSize {
    float width, height;  ///< CSS pixels
    float density;        ///< device pixels per CSS pixel
};

/// Runs the app until the window closes; returns the program's exit code. In the page it returns
/// at once and the browser calls back.
int backend_run(App& app);

/// Uploads a repeating texture of `size` × `size` RGBA texels.
ImTextureID backend_make_texture(const ImU32* texels, int size);
void backend_drop_texture(ImTextureID name);

/// Asks for another frame although nothing was pressed: something moves.
void backend_wake();

}  // namespace rq
