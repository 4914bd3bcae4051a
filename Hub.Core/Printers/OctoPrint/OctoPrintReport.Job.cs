using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.OctoPrint;

/// <content>/api/job: the file, its progress, the text of an error.</content>
internal sealed partial class OctoPrintReport
{
    /// <summary>A completion beyond this is not a share of any file.</summary>
    private const double MostCompletion = 10000;

    private readonly JsonTextCache _jobStateText = new JsonTextCache();
    private readonly JsonTextCache _jobError = new JsonTextCache();
    private readonly JsonTextCache _display = new JsonTextCache();
    private readonly JsonTextCache _name = new JsonTextCache();
    private readonly JsonTextCache _path = new JsonTextCache();

    /// <summary>Factor that makes the completion percent: 1, or 100 for servers that report 0 to 1.</summary>
    public double CompletionScale { get; set; } = 1;

    /// <summary>State text of /api/job; the only place that says "Offline after error".</summary>
    public string? JobStateText { get; private set; }

    /// <summary>What went wrong, in OctoPrint's words; null when there are none.</summary>
    public string? JobErrorText { get; private set; }

    /// <summary>The selected file, printing or not; null when none is.</summary>
    public string? FileName { get; private set; }

    public string? FilePath { get; private set; }

    /// <summary>0 to 100, or NaN. More than 100 counts as 100: OctoPrint divides by the size of another file than it sends (OctoPrint issue 3926).</summary>
    public double Completion { get; private set; }

    /// <summary>True when more than 100 was reported: the job's progress is unknown.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Seconds that the job has run, or -1; starts again with every start.</summary>
    public int PrintTime { get; private set; }

    /// <summary>Seconds that the selected file took when it was last printed to the end, or NaN.</summary>
    public double LastPrintTime { get; private set; }

    /// <summary>Seconds, or -1.</summary>
    public int PrintTimeLeft { get; private set; }

    /// <summary>Reads the body of /api/job. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public void ReadJob(byte[] buffer, int offset, int count)
    {
        ClearJob();
        OpenRoot(buffer, offset, count);
        while (Reader.Read() == JsonToken.Name)
        {
            switch (OctoPrintKeys.Names.IndexOf(Reader))
            {
                case OctoPrintKeys.Job:
                    ReadFileHolder();
                    break;
                case OctoPrintKeys.Progress:
                    ReadProgress();
                    break;
                case OctoPrintKeys.State:
                    Reader.Read();
                    JobStateText = TextOrSkip(_jobStateText);
                    break;
                case OctoPrintKeys.Error:
                    Reader.Read();
                    JobErrorText = TextOrSkip(_jobError);
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }

        CloseRoot();
    }

    private void ClearJob()
    {
        JobStateText = JobErrorText = FileName = FilePath = null;
        Completion = LastPrintTime = double.NaN;
        PrintTimeLeft = PrintTime = -1;
        IsOver = false;
    }

    private void ReadFileHolder()
    {
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            switch (OctoPrintKeys.Names.IndexOf(Reader))
            {
                case OctoPrintKeys.File:
                    ReadFile();
                    break;
                case OctoPrintKeys.LastPrintTime:
                    LastPrintTime = ReadNumber();
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }
    }

    private void ReadFile()
    {
        if (!OpenObject())
        {
            return;
        }

        string? display = null;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = OctoPrintKeys.Names.IndexOf(Reader);
            Reader.Read();
            switch (key)
            {
                case OctoPrintKeys.Display:
                    display = TextOrSkip(_display);
                    break;
                case OctoPrintKeys.Name:
                    FileName = TextOrSkip(_name);
                    break;
                case OctoPrintKeys.Path:
                    FilePath = TextOrSkip(_path);
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }

        FileName = display ?? FileName;
    }

    private void ReadProgress()
    {
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = OctoPrintKeys.Names.IndexOf(Reader);
            double value = ReadNumber();
            if (key == OctoPrintKeys.Completion)
            {
                double percent = value * CompletionScale;
                IsOver = 100 < percent && percent < MostCompletion;
                Completion = IsOver ? 100 : Percent(percent);
            }
            else if (key == OctoPrintKeys.PrintTimeLeft)
            {
                PrintTimeLeft = Plausible.Seconds(value);
            }
            else if (key == OctoPrintKeys.PrintTime)
            {
                PrintTime = Plausible.Seconds(value);
            }
        }
    }
}
