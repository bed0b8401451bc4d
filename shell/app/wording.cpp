// Words made ready for the screen.
#include "app/wording.hpp"

namespace rq {

// Splits a styled sentence of the views at its names.
std::vector<Piece> pieces(std::string_view styled) {
    std::vector<Piece> out;
    bool bold = false;
    size_t from = 0;
    for (size_t i = 0; i <= styled.size(); i++) {
        const bool mark = i < styled.size() &&
                          (styled[i] == view::name_begin || styled[i] == view::name_end);
        if (!mark && i < styled.size()) continue;
        if (i > from) out.push_back({std::string(styled.substr(from, i - from)), bold});
        from = i + 1;
        if (mark) bold = styled[i] == view::name_begin;
    }
    return out;
}

std::string scene_group(std::string_view name) {
    const size_t slash = name.find('/');
    if (slash == std::string_view::npos) return "Scenarios";
    std::string group(name.substr(0, slash));
    const size_t word = group.find_first_not_of("0123456789-");
    if (word != std::string::npos) group.erase(0, word);
    if (!group.empty() && group[0] >= 'a' && group[0] <= 'z') {
        group[0] = static_cast<char>(group[0] - 'a' + 'A');
    }
    return group;
}

const char* profile_words(ProfileKind profile) {
    switch (profile) {
        case ProfileKind::ideal: return "ideal machine, no costs";
        case ProfileKind::emulated: return "costs of the recorded machine";
        case ProfileKind::realistic: break;
    }
    return "realistic costs";
}

}  // namespace rq
