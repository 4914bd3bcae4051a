using Hub.Core.Errors;

namespace Hub.Core.Jobs;

/// <summary>The stored form of a <see cref="JobRecord"/>: a version and fields. Pure; thread: any.</summary>
internal static class JobRecordCodec
{
    private const byte FormatVersion = 1;

    private const int PlaceTag = 1;
    private const int PrinterTag = 2;
    private const int JobIdTag = 3;
    private const int JobNameTag = 4;
    private const int JobKeyTag = 5;
    private const int JobStartedTag = 6;
    private const int JobCommandTag = 7;
    private const int LastKeyTag = 8;
    private const int BedTag = 9;
    private const int BedEventTag = 10;
    private const int BedJobTag = 11;
    private const int ErrorTag = 12;
    private const int AttentionTag = 13;
    private const int LastEventTag = 14;
    private const int StartTag = 15;
    private const int OutboxTag = 16;
    private const int LastEndedTag = 17;
    private const int EndTag = 18;
    private const int JobUptimeTag = 19;
    private const int JobBootTag = 20;

    public static byte[] Encode(JobRecord record)
    {
        FieldWriter fields = new FieldWriter(512);
        fields.Append(new byte[] { FormatVersion }, 0, 1);
        fields.Put(PlaceTag, record.Place);
        fields.Put(PrinterTag, record.PrinterId);
        fields.Put(JobIdTag, record.JobId);
        fields.Put(JobNameTag, record.JobName);
        fields.Put(JobKeyTag, record.JobKey);
        fields.Put(JobStartedTag, record.JobStarted.TimeMs);
        fields.Put(JobUptimeTag, record.JobStarted.UptimeMs);
        fields.Put(JobBootTag, record.JobStarted.Boot);
        fields.Put(JobCommandTag, record.JobCommandId);
        fields.Put(LastKeyTag, record.LastKey);
        fields.Put(LastEndedTag, record.LastEndedMs);
        fields.Put(BedTag, (int)record.Bed);
        fields.Put(BedEventTag, record.BedEventId);
        fields.Put(BedJobTag, record.BedJob);
        fields.Put(ErrorTag, record.ShownError);
        fields.Put(AttentionTag, record.ShownAttention);
        fields.Put(LastEventTag, record.LastEventId);
        if (record.End.Kind != 0)
        {
            int begin = fields.Begin(EndTag);
            record.End.Write(fields);
            fields.End(begin);
        }

        if (record.PendingStart != null)
        {
            int begin = fields.Begin(StartTag);
            record.PendingStart.Write(fields);
            fields.End(begin);
        }

        for (int i = 0; i < record.Outbox.Count; i++)
        {
            int begin = fields.Begin(OutboxTag);
            JobEventCodec.Write((JobEvent)record.Outbox[i]!, fields);
            fields.End(begin);
        }

        return fields.ToArray();
    }

    /// <summary>Errors: <see cref="ErrorCode.StorageFailed"/> for a format that this version does not know.</summary>
    public static JobRecord Decode(byte[] stored)
    {
        if (stored.Length == 0 || stored[0] != FormatVersion)
        {
            throw new HubException(ErrorCode.StorageFailed, "the stored job was written by another version of the hub");
        }

        JobRecord record = new JobRecord();
        FieldReader fields = new FieldReader(stored, 1, stored.Length - 1);
        while (fields.Next())
        {
            Take(record, fields);
        }

        return record;
    }

    private static void Take(JobRecord record, FieldReader fields)
    {
        switch (fields.Tag)
        {
            case PlaceTag:
                record.Place = fields.Text;
                break;
            case PrinterTag:
                record.PrinterId = fields.Text;
                break;
            case JobIdTag:
                record.JobId = fields.Number;
                break;
            case JobNameTag:
                record.JobName = fields.Text;
                break;
            case JobKeyTag:
                record.JobKey = fields.Text;
                break;
            case JobStartedTag:
                record.JobStarted = new JobMoment(fields.Number, record.JobStarted.UptimeMs, record.JobStarted.Boot);
                break;
            case JobUptimeTag:
                record.JobStarted = new JobMoment(record.JobStarted.TimeMs, fields.Number, record.JobStarted.Boot);
                break;
            case JobBootTag:
                record.JobStarted = new JobMoment(record.JobStarted.TimeMs, record.JobStarted.UptimeMs, fields.Number);
                break;
            case JobCommandTag:
                record.JobCommandId = fields.Text;
                break;
            case LastKeyTag:
                record.LastKey = fields.Text;
                break;
            case LastEndedTag:
                record.LastEndedMs = fields.Number;
                break;
            case BedTag:
                record.Bed = (BedState)(int)fields.Number;
                break;
            case BedEventTag:
                record.BedEventId = fields.Number;
                break;
            case BedJobTag:
                record.BedJob = fields.Text;
                break;
            case ErrorTag:
                record.ShownError = fields.Text;
                break;
            case AttentionTag:
                record.ShownAttention = fields.Text;
                break;
            case LastEventTag:
                record.LastEventId = fields.Number;
                break;
            case StartTag:
                record.PendingStart = PendingStart.Read(fields.Fields);
                break;
            case EndTag:
                record.End = ShownEnd.Read(fields.Fields);
                break;
            case OutboxTag:
                record.Outbox.Add(JobEventCodec.Read(fields.Fields));
                break;
        }
    }
}
