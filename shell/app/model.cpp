// Turns the session's rows into what is shown: picks, orders and words, but computes nothing.
#include "app/model.hpp"

#include <algorithm>

#include "app/wording.hpp"
#include "base/text.hpp"
#include "session/builtin.hpp"
#include "session/session.hpp"
#include "view/log.hpp"
#include "view/tasks.hpp"

namespace rq {

namespace {

constexpr u32 most_wakeups = 400;  // triangles in view before they are left out
constexpr float least_bar = 2.5f;  // mean pixels a bar before a lane becomes dense

#ifdef __EMSCRIPTEN__
constexpr u64 trace_limit = limits::trace_bytes_page;
constexpr u64 keyframe_budget = limits::keyframe_bytes_page;
#else
constexpr u64 trace_limit = limits::trace_bytes_native;
constexpr u64 keyframe_budget = limits::keyframe_bytes_native;
#endif

}  // namespace

struct Model::Inside {
    Session session{SessionOptions{trace_limit, keyframe_budget, 60 * NSEC_PER_SEC}};
    std::vector<SceneRow> scenes;
    s32 scene = -1;
    Diagnostics errors;
    std::string notice;
    u32 lesson_step = 0;
    std::vector<CastRow> cast;
    std::vector<u32> lanes;
    u64 cast_revision = ~u64{0};
    std::vector<view::Mark> marks;

    void refresh_cast();
    void fill_cpu(u32 cpu, const TimelineRows::Key& key, TimelineRows::CpuLane& lane);
    void fill_task(u32 task, const TimelineRows::Key& key, TimelineRows::TaskLane& lane);
    void fill_wakeups(TimelineRows& rows);
};

void Model::Inside::refresh_cast() {
    const view::Cast& members = session.books().cast;
    if (members.revision() == cast_revision) return;
    cast_revision = members.revision();
    cast.clear();
    lanes.clear();
    u32 letter = 0;
    for (u32 i = 0; i < members.count(); i++) {
        const view::Member& member = members[i];
        const bool workload = member.role == view::Role::workload;
        cast.push_back({member.label, member.pid, workload ? letter++ : no_letter});
        if (workload) lanes.push_back(i);
    }
}

Model::Model() : in_(std::make_unique<Inside>()) {
    refresh_scenes();
}

void Model::refresh_scenes() {
    const std::string open = in_->scene >= 0 ? in_->scenes[static_cast<size_t>(in_->scene)].name
                                             : std::string();
    in_->scenes.clear();
    for (const BuiltinScenario& scene : builtin_scenarios()) {
        SceneRow row{scene_group(scene.name), std::string(scene.name), std::string(scene.name)};
        const Result<Scenario> read = read_scenario(scene.text);
        // Files of other programs have no title of their own: their name says more.
        const bool imported = scene.name.substr(0, 9) == "imported/";
        if (imported) row.title = scene.name.substr(9);
        if (!imported && read && !(*read).title.empty()) row.title = (*read).title;
        if (row.name == open) in_->scene = static_cast<s32>(in_->scenes.size());
        in_->scenes.push_back(row);
    }
}

Model::~Model() = default;

const std::vector<SceneRow>& Model::scenes() const {
    return in_->scenes;
}

s32 Model::scene() const {
    return in_->scene;
}

u32 Model::start_scene() const {
    for (u32 i = 0; i < in_->scenes.size(); i++) {
        if (in_->scenes[i].name == "04-fair/sleeper-preempts") return i;
    }
    return 0;
}

std::string_view Model::suggested_view() const {
    struct Wish {
        std::string_view folder, view;
    };
    constexpr Wish wishes[] = {{"01-", "tree"},   {"02-", "sharing"}, {"03-", "memory"},
                               {"07-", "machine"}, {"08-", "groups"}};
    if (in_->scene < 0) return "queue";
    const std::string& name = in_->scenes[static_cast<size_t>(in_->scene)].name;
    for (const Wish& wish : wishes) {
        if (name.compare(0, wish.folder.size(), wish.folder) == 0) return wish.view;
    }
    return "queue";
}

bool Model::open_scene(u32 index) {
    if (index >= in_->scenes.size()) return false;
    const std::string name = in_->scenes[index].name;
    if (!load(builtin_scenario(name), name)) return false;
    in_->scene = static_cast<s32>(index);
    return true;
}

u32 Model::kernel() const {
    return in_->session.scenario().kernel == KernelVersion::v6_12 ? 1 : 0;
}

bool Model::set_kernel(u32 kernel) {
    Overrides overrides = in_->session.overrides();
    overrides.kernel = kernel ? KernelVersion::v6_12 : KernelVersion::v6_1;
    in_->errors = in_->session.reload(overrides);
    in_->cast_revision = ~u64{0};
    return in_->errors.empty();
}

bool Model::kernel_chosen() const {
    return in_->session.overrides().kernel.has_value();
}

void Model::continue_after_limit() {
    in_->session.continue_after_limit();
}

const std::string& Model::text() const {
    return in_->session.text();
}

bool Model::load(std::string_view text, std::string_view name) {
    // Another text begins with its own kernel.
    if (in_->session.overrides().kernel) in_->session.reload(Overrides{});
    in_->errors = in_->session.load(text, name);
    if (!in_->errors.empty()) return false;
    in_->scene = -1;
    in_->lesson_step = 0;
    in_->notice.clear();
    for (const Diagnostic& notice : in_->session.scenario().notices) {
        if (!in_->notice.empty()) in_->notice += "; ";
        in_->notice += to_string(notice);
    }
    in_->cast_revision = ~u64{0};
    return true;
}

const Diagnostics& Model::errors() const {
    return in_->errors;
}

bool Model::loaded() const {
    return in_->session.loaded();
}

Session& Model::session() {
    return in_->session;
}

bool Model::advance(u64 elapsed_ns) {
    if (!loaded()) return false;
    return in_->session.advance(elapsed_ns);
}

bool Model::working() const {
    return loaded() && !in_->session.complete() && in_->session.limit_sentence().empty();
}

void Model::play() {
    in_->session.play();
}

void Model::pause() {
    in_->session.pause();
}

bool Model::playing() const {
    return in_->session.playing();
}

void Model::set_speed(u64 simulated_ns_per_second) {
    in_->session.set_speed(simulated_ns_per_second);
}

void Model::next_switch() {
    in_->session.pause();
    in_->session.step_switch();
}

void Model::previous_switch() {
    in_->session.pause();
    in_->session.step_back_switch();
}

void Model::next_event() {
    in_->session.pause();
    in_->session.step_event();
}

void Model::previous_event() {
    in_->session.pause();
    in_->session.step_back_event();
}

void Model::seek(u64 time) {
    in_->session.seek(time);
}

u64 Model::first_question(u64 from) const {
    const view::Timeline& timeline = in_->session.books().timeline;
    std::vector<view::CpuSlice> slices;
    for (u64 start : {from, t0()}) {
        slices.clear();
        timeline.cpu_slices(0, start, NEVER, 200, slices);
        for (const view::CpuSlice& slice : slices) {
            if (slice.end == view::End::preempted && slice.to >= start) return slice.to;
        }
    }
    const u64 first = timeline.next_switch(0, t0());
    return first == NEVER ? from : first;
}

u64 Model::now() const {
    return in_->session.now();
}

u64 Model::t0() const {
    return loaded() ? in_->session.t0() : 0;
}

u64 Model::begin() const {
    return t0();
}

u64 Model::end() const {
    if (!loaded()) return NSEC_PER_SEC;
    // A run without an end is shown as far as it is known.
    const u64 known = std::max(in_->session.computed_until(), t0() + NSEC_PER_MSEC);
    const u64 end = in_->session.end_time();
    return end == NEVER || in_->session.complete() ? known : std::max(end, t0() + NSEC_PER_MSEC);
}

u64 Model::events() const {
    return loaded() ? in_->session.events() : 0;
}

u64 Model::revision() const {
    return in_->session.revision();
}

void Model::select_task(u32 task) {
    if (task == no_task) {
        in_->session.clear_selection();
    } else {
        in_->session.select_task(task);
    }
}

u32 Model::selected_task() const {
    return in_->session.selection().task;
}

void Model::select_cpu(u32 cpu) {
    in_->session.select_cpu(cpu);
}

u32 Model::selected_cpu() const {
    const u32 cpu = in_->session.selection().cpu;
    return cpu < nr_cpus() ? cpu : 0;
}

void Model::select_record(u64 record) {
    pause();  // an answer that is gone with the next frame is none
    if (in_->session.seek_record(record)) in_->session.select_record(record);
}

u32 Model::nr_cpus() const {
    return loaded() ? in_->session.books().timeline.nr_cpus() : 0;
}

const std::vector<CastRow>& Model::cast() const {
    if (loaded()) in_->refresh_cast();
    return in_->cast;
}

const std::vector<u32>& Model::lanes() const {
    if (loaded()) in_->refresh_cast();
    return in_->lanes;
}

namespace {

u64 at_least_zero(double t) {
    return t <= 0 ? 0 : static_cast<u64>(t);
}

}  // namespace

void Model::Inside::fill_cpu(u32 cpu, const TimelineRows::Key& key,
                             TimelineRows::CpuLane& lane) {
    const view::Timeline& timeline = session.books().timeline;
    const u64 from = at_least_zero(key.from), to = at_least_zero(key.to);
    const u32 most = static_cast<u32>(static_cast<float>(key.columns) / least_bar) + 8;
    lane.bars.clear();
    lane.columns.clear();
    lane.dense = !timeline.cpu_slices(cpu, from, to, most, lane.bars);
    if (lane.dense) timeline.cpu_columns(cpu, from, to, key.columns, lane.columns);
}

void Model::Inside::fill_task(u32 task, const TimelineRows::Key& key,
                              TimelineRows::TaskLane& lane) {
    const view::Timeline& timeline = session.books().timeline;
    const u64 from = at_least_zero(key.from), to = at_least_zero(key.to);
    const u32 most = static_cast<u32>(static_cast<float>(key.columns) / least_bar) + 8;
    lane.task = task;
    lane.bars.clear();
    lane.running.clear();
    lane.waiting.clear();
    lane.wakeups.clear();
    lane.dense = !timeline.task_spans(task, from, to, most, lane.bars);
    if (lane.dense) timeline.task_columns(task, from, to, key.columns, lane.running, lane.waiting);
}

void Model::Inside::fill_wakeups(TimelineRows& rows) {
    const TimelineRows::Key& key = rows.key;
    const u64 from = at_least_zero(key.from), to = at_least_zero(key.to);
    marks.clear();
    if (!session.books().timeline.marks(from, to, most_wakeups * 4, marks)) return;
    std::vector<s32> lane_of(rows.cast.size(), -1);
    for (u32 i = key.first_lane; i < key.end_lane; i++) {
        lane_of[rows.lanes[i].task] = static_cast<s32>(i);
    }
    u32 shown = 0;
    for (const view::Mark& mark : marks) {
        if (mark.kind != view::MarkKind::wakeup || mark.task >= lane_of.size()) continue;
        const s32 lane = lane_of[mark.task];
        if (lane < 0 || ++shown > most_wakeups) continue;
        rows.lanes[static_cast<size_t>(lane)].wakeups.push_back(mark.time);
    }
}

void Model::fill_timeline(TimelineRows::Key wanted, TimelineRows& rows) {
    if (!loaded()) return;
    in_->refresh_cast();
    const view::Timeline& timeline = in_->session.books().timeline;
    rows.t0 = t0();
    rows.begin = begin();
    rows.end = end();
    rows.cpus.resize(nr_cpus());
    const World& world = in_->session.world();
    for (u32 cpu = 0; cpu < rows.cpus.size() && cpu < world.rqs.size(); cpu++) {
        rows.cpus[cpu].runnable = world.rqs[cpu].nr_running;
    }
    wanted.end_cpu = std::min(wanted.end_cpu, static_cast<u32>(rows.cpus.size()));
    wanted.end_lane = std::min(wanted.end_lane, static_cast<u32>(in_->lanes.size()));
    wanted.records = timeline.records();
    wanted.end = rows.end;
    wanted.cast = in_->cast_revision;
    wanted.overview_cpu = selected_cpu();
    if (wanted == rows.key && !rows.cast.empty()) return;
    if (wanted.cast != rows.key.cast || rows.cast.empty()) rows.cast = in_->cast;
    const bool overview = rows.key.records != wanted.records || rows.key.end != wanted.end ||
                          rows.key.columns != wanted.columns ||
                          rows.key.overview_cpu != wanted.overview_cpu;
    rows.key = wanted;
    for (u32 cpu = wanted.first_cpu; cpu < wanted.end_cpu; cpu++) {
        in_->fill_cpu(cpu, wanted, rows.cpus[cpu]);
    }
    rows.lanes.resize(in_->lanes.size());
    for (u32 i = wanted.first_lane; i < wanted.end_lane; i++) {
        in_->fill_task(in_->lanes[i], wanted, rows.lanes[i]);
    }
    in_->fill_wakeups(rows);
    if (!overview) return;
    rows.overview.clear();
    timeline.cpu_columns(selected_cpu(), rows.begin, rows.end, wanted.columns, rows.overview);
}

void Model::fill_tree(view::RqTree& tree) const {
    if (!loaded()) return;
    tree = view::rq_tree(in_->session.context(), in_->session.books().cast, selected_cpu());
}

std::vector<TaskLine> Model::task_lines() const {
    std::vector<TaskLine> out;
    if (!loaded()) return out;
    in_->refresh_cast();
    const view::Cast& cast = in_->session.books().cast;
    for (const view::TaskRow& row : view::task_rows(in_->session.context(), cast, false,
                                                      in_->session.now())) {
        TaskLine line;
        line.task = row.index;
        line.letter = row.index < in_->cast.size() ? in_->cast[row.index].letter : no_letter;
        line.pid = row.pid;
        line.name = row.label;
        line.state = row.state_words;
        if (row.rt_priority || row.policy == "SCHED_DEADLINE") {
            line.nice = row.priority;
        } else {
            if (row.nice < 0) line.nice = "\xE2\x88\x92";
            append_u64(line.nice, static_cast<u64>(row.nice < 0 ? -row.nice : row.nice));
            line.key = shown_vruntime(row.vruntime);
        }
        line.cpu_time = ms3(row.sum_exec_runtime);
        out.push_back(line);
    }
    return out;
}

std::vector<EventLine> Model::event_lines(u32 before, u32 after) const {
    std::vector<EventLine> out;
    if (!loaded()) return out;
    const Session& session = in_->session;
    const Trace& trace = session.trace();
    const view::Cast& cast = session.books().cast;
    const u64 next = trace.index_at(session.now() + 1);
    u64 ignored = 0;
    std::vector<view::LogRow> rows = view::log_rows_before(trace, cast, next, before);
    const size_t past = rows.size();
    for (view::LogRow& row : view::log_rows(trace, cast, next, after, ignored)) {
        rows.push_back(std::move(row));
    }
    for (size_t i = 0; i < rows.size(); i++) {
        std::string cpu;
        append_u64(cpu, rows[i].cpu);
        out.push_back({rows[i].record, shown_time(rows[i].time, t0()), cpu,
                       pieces(rows[i].sentence), i + 1 == past});
    }
    return out;
}

WhyRow Model::why() const {
    WhyRow out;
    if (!loaded()) return out;
    const view::WhyCard& card = in_->session.why();
    if (!card.present) return out;
    out.found = true;
    out.question = view::plain(card.question);
    out.when = shown_time(card.time, t0()) + " \xC2\xB7 CPU ";
    append_u64(out.when, card.cpu);
    out.answer = pieces(card.answer);
    for (const view::WhyCard::Line& line : card.numbers) {
        out.numbers.push_back({view::plain(line.text), view::plain(line.verdict)});
    }
    out.rule = card.function;
    out.runner_up = pieces(card.runner_up);
    out.otherwise = pieces(card.otherwise);
    return out;
}

std::vector<std::vector<Piece>> Model::describe() const {
    std::vector<std::vector<Piece>> out;
    if (!loaded()) return out;
    const std::string text = view::describe(in_->session.context(), in_->session.books().cast,
                                            in_->session.now());
    size_t from = 0;
    while (from < text.size()) {
        const size_t line = std::min(text.find('\n', from), text.size());
        if (line > from) out.push_back(pieces(std::string_view(text).substr(from, line - from)));
        from = line + 1;
    }
    return out;
}

std::vector<FieldLine> Model::inspect() const {
    std::vector<FieldLine> out;
    if (!loaded()) return out;
    const u32 task = selected_task();
    const view::Cast& cast = in_->session.books().cast;
    if (task >= cast.count()) return out;
    for (const view::Field& field :
         view::task_fields(in_->session.context(), cast, cast[task].id)) {
        out.push_back({field.group, field.name, field.value});
    }
    return out;
}

std::pair<std::string, std::string> Model::hashes() const {
    std::pair<std::string, std::string> out;
    append_hex(out.first, in_->session.world().hash(), 16);
    append_hex(out.second, in_->session.trace().hash(), 16);
    return out;
}

LessonLine Model::lesson() const {
    LessonLine out;
    if (!loaded()) return out;
    const std::vector<LessonStep>& steps = in_->session.scenario().lesson;
    out.count = static_cast<u32>(steps.size());
    out.step = std::min(in_->lesson_step, out.count);
    if (out.step == 0) return out;
    const LessonStep& step = steps[out.step - 1];
    out.title = step.title;
    out.text = step.text;
    out.question = step.question;
    out.choices = step.choices;
    return out;
}

void Model::go_lesson(u32 number) {
    if (!loaded()) return;
    const std::vector<LessonStep>& steps = in_->session.scenario().lesson;
    in_->lesson_step = std::min(number, static_cast<u32>(steps.size()));
    pause();  // also says that rows changed
    if (in_->lesson_step == 0) return;
    const LessonStep& step = steps[in_->lesson_step - 1];
    if (step.at_ns != NEVER) seek(t0() + step.at_ns);
    const view::Cast& cast = in_->session.books().cast;
    for (u32 i = 0; i < cast.count() && !step.select.empty(); i++) {
        if (cast[i].label == step.select || cast[i].comm == step.select) {
            select_task(i);
            break;
        }
    }
}

Context Model::context() const {
    return in_->session.context();
}

const view::Books& Model::books() const {
    return in_->session.books();
}

const Trace& Model::trace() const {
    return in_->session.trace();
}

const view::Curves& Model::curves(u64 from, u64 to) {
    return in_->session.curves(selected_cpu(), from, to);
}

void Model::look_at(u64 time, const std::function<void(const Context&)>& look) {
    in_->session.look_at(time, look);
}

view::Sheet Model::sheet(std::string_view view) const {
    if (!loaded()) return {};
    const Context c = context();
    return view::sheet(view, {c, books(), trace(), selected_task(), selected_cpu(), now(), t0()});
}

Facts Model::facts() const {
    Facts out;
    if (!loaded()) return out;
    Session& session = in_->session;
    const Scenario& scenario = session.scenario();
    out.title = in_->scene >= 0 ? in_->scenes[static_cast<size_t>(in_->scene)].title
                : scenario.title.empty() ? session.name() : scenario.title;
    out.question = scenario.question;
    out.hint = scenario.hint;
    out.kernel = scenario.kernel == KernelVersion::v6_1 ? "Linux 6.1 rules" : "Linux 6.12 rules";
    out.profile = profile_words(scenario.profile);
    append_hex(out.hash, session.hash(), 16);
    append_hex(out.state_hash, session.state_hash(), 16);
    out.time = shown_time(session.now(), t0());
    out.end = ms3(end() - begin());
    out.notice = in_->notice;
    out.limit = session.limit_sentence();
    out.acted = session.acted();
    out.can_continue = session.can_continue();
    return out;
}

}  // namespace rq
