using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;

namespace Hub.Core.Tunnel;

/// <summary>
/// The last commands of the cloud and their outcomes, in the hub's storage: a command that is sent again, because its answer was lost or the
/// hub restarted, gets the same answer and is not executed again. Thread: any.
/// </summary>
/// <remarks>
/// A ring of small segments, one of which is rewritten when a command comes and when it ends. Storage that fails is logged: the book then
/// lasts as long as the process, because a full disk must not keep a printer from being paused.
/// </remarks>
internal sealed class CommandBook
{
    /// <summary>The answer to a command that was running when the hub stopped.</summary>
    public const string RestartedError = "the hub restarted before the outcome of this command was known: check the printer";

    private const int PerSegment = 16;
    private const int InitialBytes = 512;
    private const int EntryTag = 1;
    private const int NumberTag = 2;
    private const int IdTag = 3;
    private const int EndedTag = 4;
    private const int ErrorTag = 5;

    private readonly object _gate = new object();
    private readonly INvs _nvs;
    private readonly Log _log;
    private readonly CommandEntry?[] _ring;
    private readonly Hashtable _byId = new Hashtable();
    private long _lastNumber;
    private bool _isLoaded;
    private bool _hasWarned;

    /// <summary>Makes a book; nothing is read yet.</summary>
    /// <param name="nvs">The storage.</param>
    /// <param name="log">Where trouble is reported.</param>
    /// <param name="capacity">Commands that are remembered, a multiple of 16.</param>
    public CommandBook(INvs nvs, Log log, int capacity)
    {
        _nvs = nvs;
        _log = log;
        _ring = new CommandEntry?[capacity];
    }

    /// <summary>The entry of a command, stored before this returns; for a new one it is executed next.</summary>
    /// <param name="id">The cloud's command_id.</param>
    /// <param name="isNew">False for one that came before: its entry says what became of it.</param>
    public CommandEntry Begin(string id, out bool isNew)
    {
        lock (_gate)
        {
            Load();
            CommandEntry? known = (CommandEntry?)_byId[id];
            isNew = known == null;
            if (known != null)
            {
                return known;
            }

            CommandEntry entry = new CommandEntry(_lastNumber + 1, id);
            Put(entry);
            Write(entry);
            return entry;
        }
    }

    /// <summary>The outcome of a command is known. False when it was before, or when the command is forgotten.</summary>
    /// <param name="id">The command.</param>
    /// <param name="error">Why it failed; null for one that is done.</param>
    public bool End(string id, string? error)
    {
        lock (_gate)
        {
            CommandEntry? entry = (CommandEntry?)_byId[id];
            if (entry == null || entry.IsEnded)
            {
                return false;
            }

            entry.Error = error;
            entry.IsEnded = true;
            Write(entry);
            return true;
        }
    }

    private static void Add(FieldWriter writer, CommandEntry entry)
    {
        int begin = writer.Begin(EntryTag);
        writer.Put(NumberTag, entry.Number);
        writer.Put(IdTag, entry.Id);
        writer.Put(EndedTag, entry.IsEnded ? 1 : 0);
        writer.Put(ErrorTag, entry.Error);
        writer.End(begin);
    }

    private static CommandEntry Read(FieldReader fields)
    {
        long number = 0;
        string id = "";
        bool isEnded = false;
        string? error = null;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case NumberTag:
                    number = fields.Number;
                    break;
                case IdTag:
                    id = fields.Text;
                    break;
                case EndedTag:
                    isEnded = fields.Number != 0;
                    break;
                case ErrorTag:
                    error = fields.Text;
                    break;
                default:
                    break;
            }
        }

        return new CommandEntry(number, id) { IsEnded = true, Error = isEnded ? error : RestartedError };
    }

    private void Put(CommandEntry entry)
    {
        int slot = (int)(entry.Number % _ring.Length);
        CommandEntry? former = _ring[slot];
        if (former != null && former.Number > entry.Number)
        {
            return;
        }

        if (former != null)
        {
            _byId.Remove(former.Id);
        }

        _ring[slot] = entry;
        _byId[entry.Id] = entry;
        _lastNumber = entry.Number > _lastNumber ? entry.Number : _lastNumber;
    }

    /// <summary>Rewrites the segment of an entry.</summary>
    private void Write(CommandEntry entry)
    {
        int segment = (int)(entry.Number % _ring.Length) / PerSegment;
        FieldWriter writer = new FieldWriter(InitialBytes);
        for (int i = segment * PerSegment; i < (segment + 1) * PerSegment; i++)
        {
            CommandEntry? item = _ring[i];
            if (item != null)
            {
                Add(writer, item);
            }
        }

        try
        {
            _nvs.Write(NvsNamespaces.Commands, "s" + segment.ToString(), writer.ToArray());
            _hasWarned = false;
        }
        catch (HubException e)
        {
            Warn("commands of the cloud are not remembered over a restart: " + e.Message);
        }
    }

    private void Load()
    {
        if (_isLoaded)
        {
            return;
        }

        _isLoaded = true;
        try
        {
            string[] keys = _nvs.Keys(NvsNamespaces.Commands);
            for (int i = 0; i < keys.Length; i++)
            {
                LoadSegment(keys[i]);
            }
        }
        catch (HubException e)
        {
            Warn("former commands of the cloud could not be read: " + e.Message);
        }
    }

    private void LoadSegment(string key)
    {
        try
        {
            byte[]? stored = _nvs.Read(NvsNamespaces.Commands, key);
            FieldReader reader = new FieldReader(stored ?? new byte[0], 0, stored == null ? 0 : stored.Length);
            while (reader.Next())
            {
                CommandEntry? entry = reader.Tag == EntryTag ? Read(reader.Fields) : null;
                if (entry != null && entry.Number > 0 && entry.Id.Length > 0)
                {
                    Put(entry);
                }
            }
        }
        catch (HubException e)
        {
            Warn("some former commands of the cloud could not be read: " + e.Message);
        }
    }

    private void Warn(string what)
    {
        if (!_hasWarned)
        {
            _hasWarned = true;
            _log.Warning(TunnelClient.LogArea, what);
        }
    }
}
