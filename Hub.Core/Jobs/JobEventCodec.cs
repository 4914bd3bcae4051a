namespace Hub.Core.Jobs;

/// <summary>The stored form of an event, as fields. Pure; thread: any.</summary>
internal static class JobEventCodec
{
    private const int IdTag = 1;
    private const int KindTag = 2;
    private const int TimeTag = 3;
    private const int PrinterTag = 4;
    private const int JobIdTag = 5;
    private const int JobTag = 6;
    private const int CommandTag = 7;
    private const int CodeTag = 8;
    private const int CauseTag = 9;
    private const int DurationTag = 10;
    private const int UptimeTag = 11;
    private const int BootTag = 12;

    public static void Write(JobEvent item, FieldWriter fields)
    {
        fields.Put(IdTag, item.Id);
        fields.Put(KindTag, (int)item.Kind);
        fields.Put(TimeTag, item.TimeMs);
        fields.Put(PrinterTag, item.PrinterId);
        fields.Put(JobIdTag, item.JobId);
        fields.Put(JobTag, item.Job);
        fields.Put(CommandTag, item.CommandId);
        fields.Put(CodeTag, item.Code);
        fields.Put(CauseTag, item.Cause);

        // Stored one higher, since 0 is left out and most events have none.
        fields.Put(DurationTag, item.DurationMs + 1);
        fields.Put(UptimeTag, item.UptimeMs);
        fields.Put(BootTag, item.Boot);
    }

    public static JobEvent Read(FieldReader fields)
    {
        JobEvent item = new JobEvent();
        while (fields.Next())
        {
            Take(item, fields);
        }

        return item;
    }

    private static void Take(JobEvent item, FieldReader fields)
    {
        switch (fields.Tag)
        {
            case IdTag:
                item.Id = fields.Number;
                break;
            case KindTag:
                item.Kind = (JobEventKind)(int)fields.Number;
                break;
            case TimeTag:
                item.TimeMs = fields.Number;
                break;
            case PrinterTag:
                item.PrinterId = fields.Text;
                break;
            case JobIdTag:
                item.JobId = fields.Number;
                break;
            case JobTag:
                item.Job = fields.Text;
                break;
            case CommandTag:
                item.CommandId = fields.Text;
                break;
            case CodeTag:
                item.Code = fields.Text;
                break;
            case CauseTag:
                item.Cause = fields.Text;
                break;
            case DurationTag:
                item.DurationMs = fields.Number - 1;
                break;
            case UptimeTag:
                item.UptimeMs = fields.Number;
                break;
            case BootTag:
                item.Boot = fields.Number;
                break;
        }
    }
}
