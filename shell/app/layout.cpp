// Fixed regions from the size of the window: 8-pixel gutters, nothing floats.
#include "app/layout.hpp"

#include "imgui_internal.h"

namespace rq {

namespace {

constexpr float gutter = 8;
constexpr float head = 36;

struct Measures {
    float bar, lesson, right, timeline, status;
};

Measures measures(SizeClass size, float width) {
    if (size == SizeClass::Desktop) return {48, 304, width >= 2000 ? 560.0f : 456.0f, 364, 28};
    if (width < 960) return {48, 0, 344, 276, 0};
    if (width < 1180) return {48, 232, 344, 276, 0};
    return {48, 280, 424, 276, 0};
}

Layout small(SizeClass size, float w, float h) {
    Layout out{};
    out.size = size;
    const bool phone = size == SizeClass::Phone;
    out.bar = {0, 0, w, phone ? 48.0f : 44.0f};
    const float lower = phone ? h - 48 - 128 : 132;
    out.timeline = {0, out.bar.h, w, h - out.bar.h - lower};
    const float y = out.timeline.bottom();
    out.why = {0, y, w, phone ? lower / 2 : 66.0f};
    out.main = {0, out.why.bottom(), w, h - out.why.bottom()};
    return out;
}

}  // namespace

SizeClass size_class(float width, float height) {
    if (width < 480) return SizeClass::Phone;
    if (width < 800 || height < 420) return SizeClass::Embed;
    return width < 1360 ? SizeClass::Laptop : SizeClass::Desktop;
}

Layout compute_layout(float width, float height) {
    const SizeClass size = size_class(width, height);
    if (size == SizeClass::Phone || size == SizeClass::Embed) return small(size, width, height);
    const Measures m = measures(size, width);
    Layout out{};
    out.size = size;
    out.timeline_head = out.main_head = head;
    out.bar = {0, 0, width, m.bar};
    const float top = m.bar + gutter;
    const float bottom = height - (m.status > 0 ? m.status + gutter : 0);
    out.status = {0, height - m.status, width, m.status};
    out.lesson = {0, top, m.lesson, bottom - top};
    const float left = m.lesson > 0 ? m.lesson + gutter : 0;
    const float timeline_h = ImMin(m.timeline, (bottom - top) * 0.6f);
    out.timeline = {left, top + head, width - left, timeline_h - head};
    const float y = out.timeline.bottom() + gutter;
    out.main = {left, y + head, width - left - gutter - m.right, bottom - y - head};
    const float x = out.main.right() + gutter;
    out.why_is_tab = size == SizeClass::Laptop;
    const float why_h = out.why_is_tab ? 0 : ImMin(264.0f, (bottom - y) * 0.61f);
    out.why = {x, y, width - x, why_h};
    const float tables_y = out.why_is_tab ? y : y + why_h + gutter;
    out.tables = {x, tables_y, width - x, bottom - tables_y};
    return out;
}

TimelineMetrics timeline_metrics(SizeClass size) {
    switch (size) {
        case SizeClass::Phone: return {64, 28, 40, 24, 8, 0, false, false, false};
        case SizeClass::Embed: return {104, 28, 30, 22, 6, 0, true, false, true};
        case SizeClass::Laptop: return {136, 28, 34, 22, 8, 26, true, true, true};
        case SizeClass::Desktop:
        default: return {136, 28, 34, 22, 8, 26, true, true, true};
    }
}

TimelineMetrics timeline_metrics(SizeClass size, const Box& box, size_t nr_cpus, size_t nr_lanes) {
    TimelineMetrics metrics = timeline_metrics(size);
    const float have = box.h - metrics.ruler - metrics.overview - metrics.gap;
    // On a phone with one CPU two tasks find room below it.
    const float spare = have - metrics.cpu_lane * static_cast<float>(nr_cpus);
    metrics.tasks = metrics.tasks || spare >= 2 * metrics.task_lane;
    const float lanes = metrics.tasks ? static_cast<float>(nr_lanes) : 0;
    const float need = metrics.cpu_lane * static_cast<float>(nr_cpus) + metrics.task_lane * lanes;
    const float factor = ImClamp(have / ImMax(1.0f, need), 1.0f, 1.3f);
    metrics.cpu_lane = ImFloor(metrics.cpu_lane * factor);
    metrics.task_lane = ImFloor(metrics.task_lane * factor);
    return metrics;
}

}  // namespace rq
