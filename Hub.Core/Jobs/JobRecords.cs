using System.Collections;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Jobs;

/// <summary>
/// The printers' records in the hub's storage. A record never moves; pointers lead to it from the printer's place and from its id, so that neither a
/// new id nor a new URL forgets a job, and no power cut leaves two records of one printer. Thread: the owner of <see cref="JobStore"/>'s lock.
/// Errors: those of <see cref="INvs"/>.
/// </summary>
internal sealed class JobRecords
{
    private const string RecordPrefix = "record.";

    private const string AsidePrefix = "damaged.";

    private readonly INvs _nvs;
    private readonly Log _log;

    public JobRecords(INvs nvs, Log log)
    {
        _nvs = nvs;
        _log = log;
    }

    /// <summary>The printer's record, a new one when there is none.</summary>
    public JobRecord Read(PrinterPlace place) => Named(Find(place) ?? new JobRecord { StoreKey = FreeKey(place) }, place);

    /// <summary>
    /// As <see cref="Read"/>, for who begins to work with the printer: a record that does not know its present place and id yet, or is not found by
    /// both, is stored again, so that the next edit of either finds it. The first record of a printer is stored with its first change.
    /// </summary>
    public JobRecord Open(PrinterPlace place)
    {
        JobRecord? record = Find(place);
        if (record == null)
        {
            return Read(place);
        }

        bool isKnown = record.Place == place.Text && record.PrinterId == place.PrinterId
            && Target(place.Key) == record.StoreKey && Target(place.IdKey) == record.StoreKey;
        Named(record, place);
        if (!isKnown)
        {
            Write(place, record);
        }

        return record;
    }

    /// <summary>Stores a record that was read for this place. The pointers go first: a record that nothing leads to would be lost.</summary>
    public void Write(PrinterPlace place, JobRecord record)
    {
        Point(place.Key, record.StoreKey);
        Point(place.IdKey, record.StoreKey);
        _nvs.Write(NvsNamespaces.Jobs, record.StoreKey, JobRecordCodec.Encode(record));
    }

    /// <summary>All records (<see cref="JobRecord"/>) but those that are damaged or of another version of the hub, in no particular order.</summary>
    public ArrayList ReadAll()
    {
        ArrayList records = new ArrayList();
        string[] keys = _nvs.Keys(NvsNamespaces.Jobs);
        for (int i = 0; i < keys.Length; i++)
        {
            byte[]? stored = keys[i].StartsWith(RecordPrefix) ? Intact(keys[i]) : null;
            if (stored != null)
            {
                AddTo(records, stored);
            }
        }

        return records;
    }

    private static JobRecord Named(JobRecord record, PrinterPlace place)
    {
        record.Place = place.Text;
        record.PrinterId = place.PrinterId;
        return record;
    }

    /// <summary>The printer's record as it is stored, or null.</summary>
    /// <remarks>
    /// A printer whose URL was edited is the same machine, so its id finds the record of the former URL, unless another printer has taken
    /// that over. A serial number is the machine's own: another one is another machine.
    /// </remarks>
    private JobRecord? Find(PrinterPlace place)
    {
        JobRecord? record = At(place.Key, place) ?? (place.FormerKey == null ? null : At(place.FormerKey, place));
        if (record != null && record.Place != place.Text && record.Place != place.FormerText && record.PrinterId != place.PrinterId)
        {
            // That printer stands elsewhere by now.
            record = null;
        }

        if (record == null && !place.HasSerial)
        {
            record = At(place.IdKey, place);
            record = record != null && record.PrinterId == place.PrinterId ? record : null;
        }

        return record;
    }

    private static void AddTo(ArrayList records, byte[] stored)
    {
        try
        {
            records.Add(JobRecordCodec.Decode(stored));
        }
        catch (HubException)
        {
            // The printer's own worker says so.
        }
    }

    /// <summary>The record that a pointer leads to, or null. In place of a damaged one, a new one begins.</summary>
    private JobRecord? At(string pointer, PrinterPlace place)
    {
        // Of a damaged pointer, the target is the one that it had first.
        string? key = Target(pointer) ?? (IsDamaged(pointer) ? RecordPrefix + pointer : null);
        byte[]? stored = key == null ? null : Intact(key);
        if (stored == null)
        {
            return key != null && IsDamaged(key) ? BeginAgain(key, place) : null;
        }

        JobRecord record = JobRecordCodec.Decode(stored);
        record.StoreKey = key!;
        return record;
    }

    /// <summary>
    /// Puts a damaged record aside, or its printer's jobs would never be recorded again. What it said of the bed is lost, so somebody has to look
    /// before a start that needs a clear bed.
    /// </summary>
    private JobRecord BeginAgain(string key, PrinterPlace place)
    {
        _nvs.Write(NvsNamespaces.Jobs, AsidePrefix + key, _nvs.ReadDamaged(NvsNamespaces.Jobs, key)!);
        JobRecord record = Named(new JobRecord { StoreKey = key, Bed = BedState.Occupied }, place);
        _nvs.Write(NvsNamespaces.Jobs, key, JobRecordCodec.Encode(record));
        _log.Warning(
            place.PrinterId,
            "what was stored of its jobs is damaged and was put aside: check the printer, and run 'clear-bed " + place.PrinterId + "' when its bed is clear");
        return record;
    }

    /// <summary>A key that holds no record: the printer that was first here may have moved, and its record keeps this place's name.</summary>
    private string FreeKey(PrinterPlace place)
    {
        string key = RecordPrefix + place.Key;
        for (int i = 1; Intact(key) != null || IsDamaged(key); i++)
        {
            key = RecordPrefix + place.Key + "." + i.ToString();
        }

        return key;
    }

    private void Point(string pointer, string key)
    {
        if (Target(pointer) != key)
        {
            _nvs.Write(NvsNamespaces.Jobs, pointer, Encoding.UTF8.GetBytes(key));
        }
    }

    /// <summary>Null for a damaged pointer too.</summary>
    private string? Target(string pointer)
    {
        byte[]? key = Intact(pointer);
        return key == null || key.Length > NvsNames.MaxLength ? null : Encoding.UTF8.GetString(key, 0, key.Length);
    }

    /// <summary>A stored value; null when there is none or it is damaged. Errors: <see cref="ErrorCode.StorageFailed"/> when it cannot be reached.</summary>
    private byte[]? Intact(string key)
    {
        HubException failure;
        try
        {
            return _nvs.Read(NvsNamespaces.Jobs, key);
        }
        catch (HubException e)
        {
            failure = e;
        }

        if (!IsDamaged(key))
        {
            throw failure;
        }

        return null;
    }

    private bool IsDamaged(string key) => _nvs.ReadDamaged(NvsNamespaces.Jobs, key) != null;
}
