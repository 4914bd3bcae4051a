using System.Collections;

namespace Hub.Core.Jobs;

/// <summary>The stored form of a segment of the job log: a version, its number, its events in order. Pure; thread: any.</summary>
internal static class JobLogSegment
{
    private const byte FormatVersion = 1;
    private const int NumberTag = 1;
    private const int EventTag = 2;
    private const int HeadTag = 3;
    private const int UsualEventBytes = 128;

    /// <summary>The number of a segment; -1 for bytes that are none.</summary>
    public static long NumberOf(byte[] segment)
    {
        FieldReader? fields = Open(segment);

        // Stored one higher, since 0 is left out.
        return fields != null && fields.Next() && fields.Tag == NumberTag ? fields.Number - 1 : -1;
    }

    /// <summary>The head of the log when the segment was begun; null for bytes that are no segment.</summary>
    public static JobLogHead? HeadOf(byte[] segment)
    {
        FieldReader? fields = Open(segment);
        return fields != null && fields.Next() && fields.Next() && fields.Tag == HeadTag ? JobLogHead.Read(fields.Fields) : null;
    }

    /// <summary>The id of its last event; <paramref name="none"/> when it is empty.</summary>
    public static long LastId(byte[] segment, long none)
    {
        FieldReader fields = Open(segment)!;
        long last = none;
        while (fields.Next())
        {
            // The id is an event's first field.
            FieldReader? item = fields.Tag == EventTag ? fields.Fields : null;
            if (item != null && item.Next())
            {
                last = item.Number;
            }
        }

        return last;
    }

    /// <summary>Adds its events from an id on to a list, until that has <paramref name="max"/>.</summary>
    public static void Collect(byte[] segment, long fromId, int max, ArrayList into)
    {
        FieldReader fields = Open(segment)!;
        while (into.Count < max && fields.Next())
        {
            if (fields.Tag == EventTag)
            {
                JobEvent item = JobEventCodec.Read(fields.Fields);
                if (item.Id >= fromId)
                {
                    into.Add(item);
                }
            }
        }
    }

    /// <summary>A segment with more events.</summary>
    /// <param name="segment">What it holds so far, or null for a new one.</param>
    /// <param name="head">The log's head, of which a new one keeps a copy: a head that is lost is made again from it.</param>
    /// <param name="events">A list of events.</param>
    /// <param name="first">The first one to add.</param>
    /// <param name="count">How many.</param>
    public static byte[] Extended(byte[]? segment, JobLogHead head, ArrayList events, int first, int count)
    {
        FieldWriter fields = new FieldWriter((segment == null ? 0 : segment.Length) + (count * UsualEventBytes));
        if (segment == null)
        {
            fields.Append(new byte[] { FormatVersion }, 0, 1);
            fields.Put(NumberTag, head.Last + 1);
            int begin = fields.Begin(HeadTag);
            head.Write(fields);
            fields.End(begin);
        }
        else
        {
            fields.Append(segment, 0, segment.Length);
        }

        for (int i = first; i < first + count; i++)
        {
            int begin = fields.Begin(EventTag);
            JobEventCodec.Write((JobEvent)events[i]!, fields);
            fields.End(begin);
        }

        return fields.ToArray();
    }

    /// <summary>A segment in which the events of a boot have their times; null when none of them lacks it.</summary>
    public static byte[]? Dated(byte[] segment, BootDates boot)
    {
        FieldReader fields = Open(segment)!;
        FieldWriter dated = new FieldWriter(segment.Length + UsualEventBytes);
        dated.Append(segment, 0, 1);
        bool isChanged = false;
        while (fields.Next())
        {
            if (fields.Tag == EventTag)
            {
                JobEvent item = JobEventCodec.Read(fields.Fields);
                isChanged |= boot.Date(item);
                int begin = dated.Begin(EventTag);
                JobEventCodec.Write(item, dated);
                dated.End(begin);
            }
            else
            {
                fields.CopyTo(dated);
            }
        }

        return isChanged ? dated.ToArray() : null;
    }

    private static FieldReader? Open(byte[] segment) =>
        segment.Length > 0 && segment[0] == FormatVersion ? new FieldReader(segment, 1, segment.Length - 1) : null;
}
