using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// The members of a report's print object as bytes, so that two reports of the same shape can be
/// compared member by member. Reusable. Thread: one owner.
/// </summary>
internal sealed class ReportFields : IDisposable
{
    private static readonly byte[] s_head = Encoding.ASCII.GetBytes("{\"print\":{");

    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
    private readonly Utf8JsonWriter _json;
    private readonly List<int> _ends = [];

    public ReportFields()
    {
        _json = new Utf8JsonWriter(_buffer);
    }

    /// <summary>Receives the values; call <see cref="End"/> after each member.</summary>
    public Utf8JsonWriter Json => _json;

    public void Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _ends.Clear();
        _json.WriteStartObject();
        _json.Flush();
        _ends.Add(_buffer.WrittenCount);
    }

    /// <summary>Ends the current member.</summary>
    public void End()
    {
        _json.Flush();
        _ends.Add(_buffer.WrittenCount);
    }

    /// <summary>The whole object, as a report.</summary>
    public byte[] ToFull(long sequenceId)
    {
        ReadOnlySpan<byte> members = _buffer.WrittenSpan[_ends[0]..];
        byte[] tail = Tail(0, sequenceId);
        byte[] report = new byte[s_head.Length + members.Length + tail.Length];
        s_head.CopyTo(report, 0);
        members.CopyTo(report.AsSpan(s_head.Length));
        tail.CopyTo(report.AsSpan(s_head.Length + members.Length));
        return report;
    }

    /// <summary>Only the members that differ from an earlier report of the same shape; null when none does.</summary>
    public byte[]? ToDelta(ReportFields earlier, long sequenceId)
    {
        ArrayBufferWriter<byte>? delta = null;
        for (int i = 1; i < _ends.Count; i++)
        {
            ReadOnlySpan<byte> member = MemberAt(i);
            if (i < earlier._ends.Count && member.SequenceEqual(earlier.MemberAt(i)))
            {
                continue;
            }

            if (delta == null)
            {
                delta = new ArrayBufferWriter<byte>(512);
                delta.Write(s_head);
            }
            else
            {
                delta.Write(","u8);
            }

            delta.Write(member);
        }

        delta?.Write(Tail(1, sequenceId));
        return delta?.WrittenSpan.ToArray();
    }

    public void Dispose() => _json.Dispose();

    private static byte[] Tail(int msg, long sequenceId) =>
        Encoding.ASCII.GetBytes($",\"command\":\"push_status\",\"msg\":{msg},\"sequence_id\":\"{sequenceId}\"}}}}");

    /// <summary>Without the comma before it.</summary>
    private ReadOnlySpan<byte> MemberAt(int index)
    {
        ReadOnlySpan<byte> member = _buffer.WrittenSpan[_ends[index - 1].._ends[index]];
        return member[0] == (byte)',' ? member[1..] : member;
    }
}
