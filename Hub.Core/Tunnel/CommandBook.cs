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
    private const int JobTag = 6;
    private const int PrinterTag = 7;
    private const int PrintTag = 8;
    private const int ToldTag = 9;

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
    public CommandEntry Begin(string id, out bool isNew) => Begin(id, null, null, false, out isNew);

    /// <summary>The same for a command that brings a file.</summary>
    /// <param name="id">The cloud's command_id.</param>
    /// <param name="jobId">The cloud's job; null for a command without a file.</param>
    /// <param name="printerId">The cloud's name for its printer, or null.</param>
    /// <param name="isPrint">True when the file is printed.</param>
    /// <param name="isNew">False for one that came before.</param>
    public CommandEntry Begin(string id, string? jobId, string? printerId, bool isPrint, out bool isNew)
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

            CommandEntry entry = new CommandEntry() { Number = _lastNumber + 1, Id = id, JobId = jobId, PrinterId = printerId, IsPrint = isPrint };
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

    /// <summary>
    /// Commands (<see cref="CommandEntry"/>) without a file that were running when the hub stopped, each once: their outcome is not known. The list is the
    /// caller's.
    /// </summary>
    public ArrayList TakeCut()
    {
        lock (_gate)
        {
            Load();
            ArrayList cut = new ArrayList();
            for (int i = 0; i < _ring.Length; i++)
            {
                CommandEntry? entry = _ring[i];
                if (entry != null && entry.IsCut)
                {
                    entry.IsCut = false;
                    cut.Add(entry);
                    Write(entry);
                }
            }

            return cut;
        }
    }

    /// <summary>The cloud was sent the last word on the file of a command.</summary>
    public void Told(string id)
    {
        lock (_gate)
        {
            CommandEntry? entry = (CommandEntry?)_byId[id];
            if (entry != null && entry.JobId != null && !entry.IsTold)
            {
                entry.IsTold = true;
                Write(entry);
            }
        }
    }

    /// <summary>The newest command that brought a file of this job, or null.</summary>
    public CommandEntry? FindJob(string jobId)
    {
        lock (_gate)
        {
            Load();
            CommandEntry? newest = null;
            for (int i = 0; i < _ring.Length; i++)
            {
                CommandEntry? entry = _ring[i];
                if (entry?.JobId == jobId && (newest == null || entry.Number > newest.Number))
                {
                    newest = entry;
                }
            }

            return newest;
        }
    }

    /// <summary>Commands of earlier runs (<see cref="CommandEntry"/>) whose files the cloud was not sent the last word on. The list is the caller's.</summary>
    public ArrayList Untold()
    {
        lock (_gate)
        {
            Load();
            ArrayList untold = new ArrayList();
            for (int i = 0; i < _ring.Length; i++)
            {
                CommandEntry? entry = _ring[i];
                if (entry != null && entry.IsFormer && entry.JobId != null && !entry.IsTold)
                {
                    untold.Add(entry);
                }
            }

            return untold;
        }
    }

    private static void Add(FieldWriter writer, CommandEntry entry)
    {
        int begin = writer.Begin(EntryTag);
        writer.Put(NumberTag, entry.Number);
        writer.Put(IdTag, entry.Id);
        writer.Put(EndedTag, entry.IsEnded ? 1 : 0);
        writer.Put(ErrorTag, entry.Error);
        if (entry.JobId != null)
        {
            writer.Put(JobTag, entry.JobId);
            writer.Put(PrinterTag, entry.PrinterId);
            writer.Put(PrintTag, entry.IsPrint ? 1 : 0);
            writer.Put(ToldTag, entry.IsTold ? 1 : 0);
        }

        writer.End(begin);
    }

    private static CommandEntry Read(FieldReader fields)
    {
        CommandEntry entry = new CommandEntry() { IsFormer = true };
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case NumberTag:
                    entry.Number = fields.Number;
                    break;
                case IdTag:
                    entry.Id = fields.Text;
                    break;
                case EndedTag:
                    entry.IsEnded = fields.Number != 0;
                    break;
                case ErrorTag:
                    entry.Error = fields.Text;
                    break;
                case JobTag:
                    entry.JobId = fields.Text;
                    break;
                case PrinterTag:
                    entry.PrinterId = fields.Text;
                    break;
                case PrintTag:
                    entry.IsPrint = fields.Number != 0;
                    break;
                case ToldTag:
                    entry.IsTold = fields.Number != 0;
                    break;
                default:
                    break;
            }
        }

        if (!entry.IsEnded)
        {
            entry.IsEnded = true;
            entry.IsCut = entry.JobId == null;
            entry.Error = RestartedError;
        }

        return entry;
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
