// The top bar of the native window: scenario, time controls, speed, the cursor's time.
#include "app/reading.hpp"
#include "base/text.hpp"

namespace rq {

namespace {

struct Speed {
    u64 ns_per_second;
    const char* words;
};
const Speed speeds[] = {{100'000, "0.1 ms/s"},      {1'000'000, "1 ms/s"},
                        {5'000'000, "5 ms/s"},      {20'000'000, "20 ms/s"},
                        {100'000'000, "100 ms/s"},  {1'000'000'000, "1 s/s"}};
u32 speed_chosen = 3;

bool button(const char* words, float width, bool primary = false) {
    if (primary) {
        ImGui::PushStyleColor(ImGuiCol_Button, theme().accent);
        ImGui::PushStyleColor(ImGuiCol_ButtonHovered, theme().accent);
        ImGui::PushStyleColor(ImGuiCol_Text, theme().on_accent);
        ImGui::PushStyleColor(ImGuiCol_Border, theme().accent);
    }
    const bool pressed = ImGui::Button(words, ImVec2(width, 32));
    if (primary) ImGui::PopStyleColor(4);
    return pressed;
}

void scenario_menu(App& app, float width) {
    const std::vector<SceneRow>& scenes = app.model.scenes();
    const s32 open = app.model.scene();
    const std::string title = app.model.facts().title;
    const std::string shown =
        open >= 0 ? scenes[static_cast<size_t>(open)].title : title.empty() ? "Open" : title;
    ImGui::SetNextItemWidth(width);
    if (!ImGui::BeginCombo("##scenario", shown.c_str(), ImGuiComboFlags_HeightLarge)) return;
    for (u32 i = 0; i < scenes.size(); i++) {
        const bool here = open == static_cast<s32>(i);
        if (ImGui::Selectable((scenes[i].title + "##" + scenes[i].name).c_str(), here)) {
            app.open_scene(i);
        }
    }
    ImGui::EndCombo();
}

void speed_menu(App& app) {
    ImGui::SetNextItemWidth(104);
    if (!ImGui::BeginCombo("##speed", speeds[speed_chosen].words)) return;
    for (u32 i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (!ImGui::Selectable(speeds[i].words, i == speed_chosen)) continue;
        speed_chosen = i;
        app.model.set_speed(speeds[i].ns_per_second);
    }
    ImGui::EndCombo();
}

}  // namespace

void panel_bar(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw::fill(list, box, theme().surface);
    draw::hline(list, box.x, box.right(), box.bottom() - 0.5f, theme().line);
    const bool small = app.layout.size == SizeClass::Phone || app.layout.size == SizeClass::Embed;
    const float y = box.y + (box.h - 32) / 2;
    float x = box.x + 16;
    if (!small) {
        draw::text(list, fonts().strong13, x, y + 21, theme().text1, "Runqueue");
        ImGui::SetCursorScreenPos(ImVec2(x + 88, y));
        scenario_menu(app, box.w * 0.2f);
        x += 88 + box.w * 0.2f + 24;
    }
    ImGui::SetCursorScreenPos(ImVec2(x, y));
    if (button("\xE2\x86\x90", 36)) app.act(Verb::previous_switch);
    ImGui::SameLine(0, 6);
    if (button(app.playing() ? "Pause" : "Play", 84, true)) app.act(Verb::play_pause);
    ImGui::SameLine(0, 6);
    if (button("Next switch", 108)) app.act(Verb::next_switch);
    if (small) return;
    ImGui::SameLine(0, 6);
    if (button("Next event", 104)) app.act(Verb::next_event);
    ImGui::SameLine(0, 6);
    speed_menu(app);
    ImGui::SameLine(0, 16);
    const float at = ImGui::GetCursorScreenPos().x;
    const Facts facts = app.model.facts();
    const float w = draw::text(list, fonts().mono13, at, y + 21, theme().text1, facts.time);
    draw::text(list, fonts().text12, at + w + 10, y + 21, theme().text3, "of " + facts.end);
    ImGui::SetCursorScreenPos(ImVec2(box.right() - 88 - 124, y));
    if (button(app.model.kernel() ? "To CFS 6.1" : "To EEVDF 6.12", 116)) {
        app.set_kernel(1 - app.model.kernel());
    }
    const char* next = app.theme_kind == ThemeKind::Light ? "Dark" : "Light";
    ImGui::SetCursorScreenPos(ImVec2(box.right() - 88, y));
    if (button(next, 72)) {
        app.set_theme_kind(app.theme_kind == ThemeKind::Light ? ThemeKind::Dark
                                                              : ThemeKind::Light);
    }
}

}  // namespace rq
