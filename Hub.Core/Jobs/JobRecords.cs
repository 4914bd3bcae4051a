using System.Collections;
using System.Text;
using Hub.Core.Hal;

namespace Hub.Core.Jobs;

/// <summary>
/// The printers' records in the hub's storage. A record never moves; pointers lead to it from the printer's place and from its id, so that neither a
/// new id nor a new URL forgets a job, and no power cut leaves two records of one printer. Thread: the owner of <see cref="JobStore"/>'s lock.
/// Errors: those of <see cref="INvs"/>.
/// </summary>
internal sealed class JobRecords
{
    private const string RecordPrefix = "record.";

    private readonly INvs _nvs;

    public JobRecords(INvs nvs)
    {
        _nvs = nvs;
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

    /// <summary>All records (<see cref="JobRecord"/>), in no particular order.</summary>
    public ArrayList ReadAll()
    {
        ArrayList records = new ArrayList();
        string[] keys = _nvs.Keys(NvsNamespaces.Jobs);
        for (int i = 0; i < keys.Length; i++)
        {
            byte[]? stored = keys[i].StartsWith(RecordPrefix) ? _nvs.Read(NvsNamespaces.Jobs, keys[i]) : null;
            if (stored != null)
            {
                records.Add(JobRecordCodec.Decode(stored));
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
        JobRecord? record = At(place.Key) ?? (place.FormerKey == null ? null : At(place.FormerKey));
        if (record != null && record.Place != place.Text && record.Place != place.FormerText && record.PrinterId != place.PrinterId)
        {
            // That printer stands elsewhere by now.
            record = null;
        }

        if (record == null && !place.HasSerial)
        {
            record = At(place.IdKey);
            record = record != null && record.PrinterId == place.PrinterId ? record : null;
        }

        return record;
    }

    /// <summary>The record that a pointer leads to, or null.</summary>
    private JobRecord? At(string pointer)
    {
        string? key = Target(pointer);
        byte[]? stored = key == null ? null : _nvs.Read(NvsNamespaces.Jobs, key);
        if (stored == null)
        {
            return null;
        }

        JobRecord record = JobRecordCodec.Decode(stored);
        record.StoreKey = key!;
        return record;
    }

    /// <summary>A key that holds no record: the printer that was first here may have moved, and its record keeps this place's name.</summary>
    private string FreeKey(PrinterPlace place)
    {
        string key = RecordPrefix + place.Key;
        for (int i = 1; _nvs.Read(NvsNamespaces.Jobs, key) != null; i++)
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

    private string? Target(string pointer)
    {
        byte[]? key = _nvs.Read(NvsNamespaces.Jobs, pointer);
        return key == null || key.Length > NvsNames.MaxLength ? null : Encoding.UTF8.GetString(key, 0, key.Length);
    }
}
