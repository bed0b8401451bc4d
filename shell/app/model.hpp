// What the app knows of a run: one session, and its rows in the form in which they are shown.
// The rows are made in engine/view; this is the one place that knows both sides.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/timeline.hpp"
#include "engine.hpp"

namespace rq {

class Session;

/// One line of the task table. Text is ready to be shown; numbers carry their unit.
struct TaskLine {
    u32 task;
    u32 letter;
    u32 pid;
    std::string name;
    std::string state;     ///< "R running", "S sleeping"
    std::string nice;      ///< nice value, or the priority of a real-time task
    std::string key;       ///< vruntime; empty when the class has none
    std::string cpu_time;
};

/// A piece of a sentence; names of tasks are bold.
struct Piece {
    std::string text;
    bool bold;
};

struct EventLine {
    u64 record;
    std::string time;
    std::string cpu;
    std::vector<Piece> text;
    bool now;  ///< the last one at or before the cursor
};

struct WhyRow {
    bool found = false;
    std::string question;
    std::string when;                ///< "36.600 ms · CPU 0"
    std::vector<Piece> answer;
    struct Line {
        std::string text, verdict;   ///< the numbers, and the relation that decided
    };
    std::vector<Line> numbers;
    std::string rule;                ///< "check_preempt_tick()"
    std::vector<Piece> runner_up, otherwise;
};

/// One field of the inspector: group, kernel's name, value.
struct FieldLine {
    std::string group, name, value;
};

/// Where the reader stands in the scenario's lesson. Step 0 is the scenario's own question.
struct LessonLine {
    u32 step = 0, count = 0;
    std::string title, text, question;
    std::vector<std::string> choices;
};

/// A scenario that is compiled in.
struct SceneRow {
    std::string group, name, title;
};

struct Facts {
    std::string title, question, hint;  ///< of the scenario
    std::string kernel, profile, hash, state_hash;
    std::string time, end;              ///< cursor and end of the run
    std::string notice;                 ///< what the reader had to say
    std::string limit;                  ///< why the run stopped before its end, or empty
    bool acted = false;                 ///< something was done to it by hand
    bool can_continue = false;          ///< the trace was full: its oldest part may be dropped
};

class Model {
   public:
    Model();
    ~Model();

    const std::vector<SceneRow>& scenes() const;
    void refresh_scenes();  ///< built-in scenarios were added
    s32 scene() const;  ///< index of the open one, -1 = a text of the user's own
    u32 start_scene() const;  ///< the one to open first
    /// The main view that answers what the open scenario asks, by its id in panels.def.
    std::string_view suggested_view() const;
    bool open_scene(u32 index);
    /// 0 = Linux 6.1 (CFS), 1 = 6.12 (EEVDF); switching runs the same scenario anew.
    u32 kernel() const;
    bool set_kernel(u32 kernel);
    bool kernel_chosen() const;  ///< not the one that the scenario names
    void continue_after_limit();
    const std::string& text() const;  ///< of the open scenario
    /// Loads a scenario or rt-app file of any kind. On failure the old run stays.
    bool load(std::string_view text, std::string_view name);
    const Diagnostics& errors() const;
    bool loaded() const;
    /// What the console types into: the run itself, for as long as the model lives.
    Session& session();

    /// Lets host time pass: plays, and makes the run known further. True when something changed.
    bool advance(u64 elapsed_ns);
    bool working() const;  ///< the run is still being made known
    void play();
    void pause();
    bool playing() const;
    void set_speed(u64 simulated_ns_per_second);
    void next_switch();
    void previous_switch();
    void next_event();
    void previous_event();
    void seek(u64 time);   ///< simulated ns
    /// Where a run is worth looking at first: the first time after `from` at which a task was
    /// preempted on CPU 0, else any time it was, else the first switch.
    u64 first_question(u64 from) const;
    u64 now() const;
    u64 t0() const;      ///< shown times count from here
    u64 begin() const;
    u64 end() const;
    u64 events() const;    ///< done at the cursor
    u64 revision() const;  ///< changes whenever a row may have

    void select_task(u32 task);  ///< no_task clears
    u32 selected_task() const;
    void select_cpu(u32 cpu);
    u32 selected_cpu() const;
    /// Goes to the instant of a record of the trace and asks about it.
    void select_record(u64 record);

    u32 nr_cpus() const;
    const std::vector<CastRow>& cast() const;
    /// The tasks that have a lane, in the order of the lanes.
    const std::vector<u32>& lanes() const;
    /// Fills the lanes for `wanted`: window, columns (width of a lane in device pixels), lanes in
    /// sight. Costs nothing while neither they nor the run changed.
    void fill_timeline(TimelineRows::Key wanted, TimelineRows& rows);
    void fill_tree(view::RqTree& tree) const;
    std::vector<TaskLine> task_lines() const;
    std::vector<EventLine> event_lines(u32 before, u32 after) const;
    WhyRow why() const;
    std::vector<std::vector<Piece>> describe() const;  ///< paragraphs
    std::vector<FieldLine> inspect() const;  ///< of the selected task; empty when none is
    /// XXH64 of the World at the cursor and of the whole trace, as 16 digits each.
    std::pair<std::string, std::string> hashes() const;
    LessonLine lesson() const;
    /// Goes to a step of the lesson: its instant, its task.
    void go_lesson(u32 step);
    Facts facts() const;

    // For the views beside the timeline, which draw the engine's rows as they are.
    Context context() const;
    const view::Books& books() const;
    const Trace& trace() const;
    /// See Session.
    const view::Curves& curves(u64 from, u64 to);
    void look_at(u64 time, const std::function<void(const Context&)>& look);
    /// The table of a view at the cursor, for the selected task and CPU.
    view::Sheet sheet(std::string_view view) const;

   private:
    struct Inside;
    std::unique_ptr<Inside> in_;
};

}  // namespace rq
