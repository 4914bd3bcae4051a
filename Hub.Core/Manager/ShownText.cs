using Hub.Core.Logging;

namespace Hub.Core.Manager;

/// <summary>A foreign text without secrets and fit to be shown; one that stays is searched once. Thread: one owner.</summary>
internal sealed class ShownText
{
    private string? _raw;
    private string? _shown;

    /// <summary>What may be shown of the text; null for null.</summary>
    public string? Of(string? text, Log log)
    {
        if (text != _raw)
        {
            _raw = text;
            _shown = text == null ? null : log.Shown(text);
        }

        return _shown;
    }
}
