// What the page's exported functions need of its backend.
#pragma once

#include "app/backend.hpp"

namespace rq {

/// Opens SDL2 on `#canvas`; false when there is no WebGL 2.
bool web_open_canvas(CanvasSize size);
void web_resize(CanvasSize size);
App& web_app();

}  // namespace rq
