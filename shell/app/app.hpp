// The app: one model, one window of time, regions that draw rows. Knows no platform.
#pragma once

#include <string>
#include <string_view>

#include "app/backend.hpp"
#include "app/layout.hpp"
#include "app/main_rows.hpp"
#include "app/model.hpp"
#include "app/timeline.hpp"
#include "app/tree.hpp"

namespace rq {

/// What can be done to a run by a key, a button or a command of the page.
enum class Verb : u8 {
#define VERB(name, key, words) name,
#include "app/verbs.def"
#undef VERB
    count_
};

/// Where a panel stands; see panels.def.
enum class Region : u8 { Bar, Lesson, Timeline, Main, Why, Tables, Status };

struct App {
    Model model;
    TimelineView view{};
    TimelineRows rows;
    view::RqTree tree;
    MainRows main;
    bool page = false;        ///< the page shows the reading regions; else we draw them
    bool coarse = false;      ///< fingers, not a mouse
    bool wheel_zooms = false;
    ThemeKind theme_kind = ThemeKind::Light;
    Layout layout{};
    u32 main_tab = 0, table_tab = 0;

    /// A text of the user's own; on failure the old run stays and errors() says why.
    bool load_text(std::string_view text, std::string_view name);
    bool open_scene(u32 index);
    void act(Verb verb);
    /// Shows a panel of the main region by its id in panels.def; false if this build has none.
    bool show_view(std::string_view id);
    std::string_view shown_view() const;
    void go_lesson(u32 step);
    void follow();                ///< moves the timeline so that the cursor is in sight
    void ask(u64 record);         ///< goes to a record of the trace and asks about it
    void set_kernel(u32 kernel);
    void set_theme_kind(ThemeKind kind);

    void open_canvas();   ///< makes the Dear ImGui context
    void close_canvas();
    void bake_again() { baked_density_ = 0; }  ///< a font file came
    void prepare(const CanvasSize& size);  ///< before the backend's new frame
    void frame(const CanvasSize& size, u64 elapsed_ns);
    bool advance(u64 elapsed_ns);
    bool moving() const { return model.playing() || model.working() || fetched_late_; }
    bool playing() const { return model.playing(); }
    u64 revision() const { return model.revision(); }

   private:
    void fetch(u32 columns);
    void fresh_run();
    void select_beside(int step);

    float baked_density_ = 0;
    bool baked_ = false;
    bool style_stale_ = true;
    bool fetched_late_ = false;
    u64 fetched_revision_ = ~u64{0};
};

/// One region of the window. Drawn inside its own Dear ImGui window; `box` is the whole of it.
using PanelFunction = void (*)(App& app, const Box& box);

struct Panel {
    const char* id;
    const char* title;
    Region place;
    PanelFunction draw;
};

/// All panels of this build, in the order of panels.def.
const Panel* panels(u32& count);

#define PANEL(id, title, place) void panel_##id(App& app, const Box& box);
#define READING_PANEL(id, title, place) PANEL(id, title, place)
#include "app/panels.def"
#undef PANEL
#undef READING_PANEL

}  // namespace rq
