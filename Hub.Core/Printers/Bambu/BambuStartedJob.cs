namespace Hub.Core.Printers.Bambu;

/// <summary>The names under which a printer may show the job that was started: the id that the start gave it, its name, its file. Pure. Thread: one owner.</summary>
internal sealed class BambuStartedJob
{
    /// <summary>This many characters of a shortened name are enough.</summary>
    private const int LeastOfName = 32;

    private long _jobId;
    private string _name = "";
    private string _file = "";
    private string? _formerName;

    /// <summary>A start is about to be sent.</summary>
    /// <param name="jobId">The id that it gives the job, 0 for none.</param>
    /// <param name="name">The name that it gives the job.</param>
    /// <param name="file">The file, with or without folders.</param>
    /// <param name="formerName">The job that the printer shows now, or null.</param>
    public void Begin(long jobId, string name, string file, string? formerName)
    {
        _jobId = jobId;
        _name = name.ToLower();
        _file = file.Substring(file.LastIndexOf('/') + 1).ToLower();
        _formerName = formerName;
    }

    /// <summary>True when a report names our job: by the id that the start gave it, by its name or by its file.</summary>
    public bool IsNamedBy(BambuValues values)
    {
        if (_jobId > 0 && (values.SubtaskId == _jobId || values.TaskId == _jobId))
        {
            return true;
        }

        bool isEnd = !BambuStateRules.HasJob(values.Phase);
        if (isEnd && values.JobName == _formerName)
        {
            // The former job may have had the same name.
            return false;
        }

        return IsSame(values.JobName, _name) || IsSame(values.JobName, _file) || IsFile(values.GcodeFile) || (!isEnd && IsShortened(values.JobName));
    }

    private bool IsFile(string? path) => path != null && IsSame(path.Substring(path.LastIndexOf('/') + 1), _file);

    /// <summary>A long name that the printer cut.</summary>
    private bool IsShortened(string? text)
    {
        if (text == null || text.Length < LeastOfName || text == _formerName)
        {
            return false;
        }

        string shown = text.ToLower();
        return _name.StartsWith(shown);
    }

    private static bool IsSame(string? text, string lower)
    {
        string? shown = text?.ToLower();
        return shown == lower;
    }
}
