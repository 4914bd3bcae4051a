namespace Hub.Core.Printers.Bambu;

/// <summary>
/// The key of a printer's job: the id that its start gave it (subtask_id, else task_id), else its name, since a print from the card or the slicer in LAN mode
/// has the id 0 (docs/bambu.md). Built anew only when it changes. Thread: one owner.
/// </summary>
internal sealed class BambuJobKey
{
    private int _number;
    private long _id;
    private string? _name;

    /// <summary>The key; null before the first job.</summary>
    public string? Text { get; private set; }

    /// <summary>
    /// A report was merged. The ids may come after the job has begun, one change at a time; at its end they stay as they were: a P2S shows the next job's
    /// before that begins.
    /// </summary>
    public void Follow(BambuValues values, BambuJobWatch job)
    {
        bool isNew = job.Number != _number;
        if (job.Number == 0 || (!isNew && !BambuStateRules.HasJob(values.Phase)))
        {
            return;
        }

        _number = job.Number;
        long id = values.SubtaskId > 0 ? values.SubtaskId : values.TaskId > 0 ? values.TaskId : 0;
        string? name = id > 0 ? null : values.JobName ?? values.GcodeFile;
        if (Text == null || id != _id || name != _name)
        {
            _id = id;
            _name = name;
            Text = id > 0 ? id.ToString() : JobKeys.Timed(name ?? "", 0);
        }
    }
}
