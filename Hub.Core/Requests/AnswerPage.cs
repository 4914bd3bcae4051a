using System.Collections;
using Hub.Core.Json;

namespace Hub.Core.Requests;

/// <summary>
/// A list in an answer, as long as it fits: its items are written one by one, and what does not fit any more is left for the next page. Thread: one owner.
/// </summary>
internal sealed class AnswerPage
{
    private const int InitialBytes = 512;

    /// <summary>Bytes that stay free for what follows the list.</summary>
    private const int ReservedBytes = 512;

    private readonly JsonWriter _json;
    private readonly ArrayList _items = new ArrayList();
    private readonly int _limit;
    private int _bytes;

    /// <summary>Makes an empty page.</summary>
    /// <param name="json">The answer, to which <see cref="Write"/> adds the list.</param>
    /// <param name="limit">Most items.</param>
    public AnswerPage(JsonWriter json, int limit)
    {
        _json = json;
        _limit = limit;
        _bytes = json.Length;
    }

    /// <summary>Takes the next item, before <see cref="TryAdd"/> adds it.</summary>
    public JsonWriter Item { get; } = new JsonWriter(InitialBytes, HubRequest.MaxResultBytes - (2 * ReservedBytes));

    /// <summary>Adds the item; false when the page is full, and the item belongs to the next one.</summary>
    public bool TryAdd()
    {
        bool fits = _items.Count < _limit && (_items.Count == 0 || _bytes + Item.Length + 1 <= HubRequest.MaxResultBytes - ReservedBytes);
        if (fits)
        {
            _bytes += Item.Length + 1;
            _items.Add(Item.ToArray());
        }

        Item.Reset();
        return fits;
    }

    /// <summary>Writes the list.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isNewestFirst">True to write the items in the reverse order.</param>
    public void Write(string name, bool isNewestFirst)
    {
        _json.Name(name);
        _json.BeginArray();
        for (int i = 0; i < _items.Count; i++)
        {
            byte[] item = (byte[])_items[isNewestFirst ? _items.Count - 1 - i : i]!;
            _json.Written(item, 0, item.Length);
        }

        _json.EndArray();
    }
}
