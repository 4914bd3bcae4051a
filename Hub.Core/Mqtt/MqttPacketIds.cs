namespace Hub.Core.Mqtt;

/// <summary>Assigns packet ids and remembers whether the last ones were answered. Thread: one owner.</summary>
internal sealed class MqttPacketIds
{
    /// <summary>How many ids are remembered.</summary>
    internal const int Remembered = 32;

    private const int MaxId = 65535;

    private readonly int[] _ids = new int[Remembered];
    private readonly string?[] _filters = new string[Remembered];
    private readonly bool[] _isAnswered = new bool[Remembered];
    private int _last;

    /// <summary>A new id, for a message or for a subscription to a filter. It forgets the oldest one.</summary>
    internal int Take(string? filter)
    {
        _last = _last == MaxId ? 1 : _last + 1;
        int index = _last % Remembered;
        _ids[index] = _last;
        _filters[index] = filter;
        _isAnswered[index] = false;
        return _last;
    }

    /// <summary>Notes the answer; unknown ids are ignored.</summary>
    internal void Answer(int id)
    {
        int index = id % Remembered;
        if (_ids[index] == id)
        {
            _isAnswered[index] = true;
        }
    }

    internal bool IsAnswered(int id)
    {
        int index = id % Remembered;
        return id > 0 && _ids[index] == id && _isAnswered[index];
    }

    /// <summary>The filter of a subscription, or null.</summary>
    internal string? FilterOf(int id)
    {
        int index = id % Remembered;
        return id > 0 && _ids[index] == id ? _filters[index] : null;
    }
}
