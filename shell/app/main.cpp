// The windowed program: `runqueue-app [FILE]`. In the page the same main() waits for its scripts.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "app/app.hpp"

int main(int argc, char** argv) {
    static rq::App app;
#ifdef __EMSCRIPTEN__
    app.page = true;
    (void)argc;
    (void)argv;
#else
    if (argc > 1) {
        std::ifstream file(argv[1], std::ios::binary);
        std::stringstream text;
        text << file.rdbuf();
        if (!file) {
            std::fprintf(stderr, "runqueue-app: cannot read %s\n", argv[1]);
            return 2;
        }
        if (!app.load_text(text.str(), argv[1])) {
            for (const rq::Diagnostic& error : app.model.errors()) {
                std::fprintf(stderr, "%s:%s\n", argv[1], rq::to_string(error).c_str());
            }
            return 2;
        }
    } else {
        app.open_scene(app.model.start_scene());
    }
#endif
    return rq::backend_run(app);
}
