using System.Text;
using Hub.Core.Hal;

namespace Hub.Core.Jobs;

/// <summary>
/// The printers' records in the hub's storage: one for each place, and a pointer from each id to its place, so that neither a new id nor a
/// new URL forgets a job. Thread: the owner of <see cref="JobStore"/>'s lock. Errors: those of <see cref="INvs"/>.
/// </summary>
internal sealed class JobRecords
{
    private readonly INvs _nvs;

    public JobRecords(INvs nvs)
    {
        _nvs = nvs;
    }

    /// <summary>The printer's record, a new one when there is none.</summary>
    /// <remarks>
    /// A printer whose URL was edited is the same machine, so its id finds the record of the former URL, unless another printer has taken
    /// that over. A serial number is the machine's own: another one is another machine.
    /// </remarks>
    public JobRecord Read(PrinterPlace place)
    {
        JobRecord? record = Find(place.Key);
        string? former = record == null && !place.HasSerial ? FormerKey(place) : null;
        if (former != null)
        {
            record = Find(former);
            record = record != null && record.PrinterId == place.PrinterId ? record : null;
        }

        record = record ?? new JobRecord();
        record.Place = place.Text;
        record.PrinterId = place.PrinterId;
        return record;
    }

    /// <summary>Stores the record under the printer's present place, and forgets its former one.</summary>
    public void Write(PrinterPlace place, JobRecord record)
    {
        _nvs.Write(NvsNamespaces.Jobs, place.Key, JobRecordCodec.Encode(record));
        string? former = FormerKey(place);
        if (former == place.Key)
        {
            return;
        }

        _nvs.Write(NvsNamespaces.Jobs, place.IdKey, Encoding.UTF8.GetBytes(place.Key));
        if (former != null && !place.HasSerial)
        {
            JobRecord? left = Find(former);
            if (left != null && left.PrinterId == place.PrinterId)
            {
                _nvs.Delete(NvsNamespaces.Jobs, former);
            }
        }
    }

    private JobRecord? Find(string key)
    {
        byte[]? stored = _nvs.Read(NvsNamespaces.Jobs, key);
        return stored == null ? null : JobRecordCodec.Decode(stored);
    }

    /// <summary>The place that this id pointed to last, or null.</summary>
    private string? FormerKey(PrinterPlace place)
    {
        byte[]? pointer = _nvs.Read(NvsNamespaces.Jobs, place.IdKey);
        return pointer == null ? null : Encoding.UTF8.GetString(pointer, 0, pointer.Length);
    }
}
