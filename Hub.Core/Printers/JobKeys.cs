namespace Hub.Core.Printers;

/// <summary>
/// Keys of jobs (<see cref="PrinterStatus.JobKey"/>) from two processes, or from before and after a restart of the hub. Pure. Thread: any.
/// </summary>
/// <remarks>
/// A system without an id for its jobs has a key such as "parts/box.gcode@1764458355": the file, and when the job began in Unix seconds. Two
/// readings of that moment differ by the delay of a report and by corrections of the clock.
/// </remarks>
public static class JobKeys
{
    private const char TimeMark = '@';
    private const int SlackSeconds = 60;

    /// <summary>The key of a job that has no id.</summary>
    /// <param name="file">What it prints.</param>
    /// <param name="beganSeconds">When it began, in Unix seconds; 0 when that is not known.</param>
    public static string Timed(string file, long beganSeconds) => beganSeconds <= 0 ? file + TimeMark : file + TimeMark + beganSeconds.ToString();

    /// <summary>The file of a job that has no id; the key itself when it is an id.</summary>
    public static string FileOf(string key)
    {
        int mark = key.LastIndexOf(TimeMark);
        return mark < 0 ? key : key.Substring(0, mark);
    }

    /// <summary>When the job began by its key, in Unix seconds; 0 when the key does not say.</summary>
    public static long BeganSeconds(string? key)
    {
        int mark = key == null ? -1 : key.LastIndexOf(TimeMark);
        return mark < 0 ? 0 : Number(key!.Substring(mark + 1));
    }

    /// <summary>
    /// True unless the keys belong to two jobs. One that is not known may be any. A job that began later is another one; one that began
    /// earlier is not, since two jobs of a printer never overlap: its clock ran while the job was paused, or is a virtual printer's.
    /// </summary>
    public static bool AreSame(string? former, string? now)
    {
        if (former == null || now == null || former == now)
        {
            return true;
        }

        int formerMark = former.LastIndexOf(TimeMark);
        int mark = now.LastIndexOf(TimeMark);
        if (formerMark < 0 || mark < 0 || former.Substring(0, formerMark) != now.Substring(0, mark))
        {
            return false;
        }

        long formerBegan = BeganSeconds(former);
        long began = BeganSeconds(now);
        return formerBegan == 0 || began == 0 || began <= formerBegan + SlackSeconds;
    }

    /// <summary>
    /// True when a later key of a running job says more than the recorded one. A recorded time stays: each process reads it slightly differently, and the
    /// keys of all of them are compared with the recorded one.
    /// </summary>
    public static bool IsBetter(string? recorded, string? now)
    {
        if (now == null || now == recorded)
        {
            return false;
        }

        return recorded == null || BeganSeconds(recorded) == 0 || FileOf(recorded) != FileOf(now);
    }

    /// <summary>The digits' number; 0 when there are others.</summary>
    private static long Number(string digits)
    {
        long value = 0;
        char[] characters = digits.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            if (characters[i] < '0' || characters[i] > '9' || i > 11)
            {
                return 0;
            }

            value = (value * 10) + (characters[i] - '0');
        }

        return value;
    }
}
