// The timeline's region: takes the pointer, does what was asked, draws.
#include "app/app.hpp"

namespace rq {

void panel_timeline(App& app, const Box& box) {
    Model& model = app.model;
    const u32 nr_cpus = static_cast<u32>(app.rows.cpus.size());
    const u32 nr_lanes = static_cast<u32>(app.rows.lanes.size());
    const TimelineMetrics metrics =
        timeline_metrics(app.layout.size, box, nr_cpus, nr_lanes);
    const TimelineState state{model.now(), model.selected_task(), app.wheel_zooms};
    const TimelineGeometry g = timeline_geometry(box, metrics, app.view, nr_cpus, nr_lanes);
    const TimelineAnswer answer = timeline_input(app.view, g, app.rows, state);
    if (answer.pause) model.pause();
    if (answer.seek) model.seek(answer.seek_to);
    if (answer.select) {
        model.select_task(answer.select_task);
        if (answer.ask) {
            model.select_cpu(answer.select_cpu);
            model.select_record(answer.record);
        }
    }
    if (answer.view_changed || answer.seek || answer.select) backend_wake();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const TimelineState after{model.now(), model.selected_task(), app.wheel_zooms};
    draw_timeline(list, g, app.view, app.rows, after);
    draw_timeline_hover(g, app.view, app.rows);
}

}  // namespace rq
