using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// The material that a printer with PrusaLink inside remembers as loaded: only <c>telemetry.material</c> of the old <c>GET /api/printer</c> has it
/// (Prusa-Firmware-Buddy lib/WUI/link_content/basic_gets.cpp, issue 3367). Asked seldom, and its failure is none of the link. Thread: one owner.
/// </summary>
internal sealed class PrusaLinkMaterial : JsonReport
{
    /// <summary>A printer has three connections for all its clients, and few changes of filament.</summary>
    private const int AskMs = 60000;

    /// <summary>After a failure, or from a printer that does not have it.</summary>
    private const int RetryMs = 600000;

    /// <summary>Longest wait for it: the status is read, and must not grow old here.</summary>
    private const int AnswerMs = 3000;

    private static readonly JsonNames s_keys = new JsonNames(new[] { "telemetry", "material" });

    private readonly FilamentTexts _texts = new FilamentTexts();
    private readonly byte[] _first = new byte[1];
    private long _nextMs;
    private string? _material;

    /// <summary>Asks again at the next poll.</summary>
    public void Forget()
    {
        _material = null;
        _nextMs = 0;
    }

    /// <summary>Shows the material; asks for it when that is due.</summary>
    public void Poll(PrusaLinkApi api, FilamentReadings filaments, long nowMs, CancellationToken cancel)
    {
        if (nowMs >= _nextMs)
        {
            Ask(api, nowMs, cancel);
        }

        filaments.Clear();
        Filament? filament = _material == null ? null : filaments.Add(0);
        if (filament != null)
        {
            filament.Type = _material;
        }
    }

    /// <summary>Reads the body. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public string? Read(byte[] buffer, int offset, int count)
    {
        string? material = null;
        OpenRoot(buffer, offset, count);
        while (Reader.Read() == JsonToken.Name)
        {
            if (s_keys.IndexOf(Reader) != 0)
            {
                Reader.Skip();
            }
            else if (OpenObject())
            {
                material = ReadTelemetry();
            }
        }

        CloseRoot();
        return material;
    }

    private void Ask(PrusaLinkApi api, long nowMs, CancellationToken cancel)
    {
        _material = null;
        _nextMs = nowMs + RetryMs;
        try
        {
            if (api.GetWithin(AnswerMs, "/api/printer", cancel) == 200)
            {
                _material = Read(api.Body, 0, api.BodyLength);
                _nextMs = nowMs + AskMs;
            }
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.Cancelled)
            {
                throw;
            }
        }
    }

    private string? ReadTelemetry()
    {
        string? material = null;
        while (Reader.Read() == JsonToken.Name)
        {
            bool isMaterial = s_keys.IndexOf(Reader) == 1;
            Reader.Read();
            material = isMaterial && !IsNone() ? _texts.Type(Reader) : material;
            Reader.Skip();
        }

        return material;
    }

    /// <summary>"---" is none, and PrusaLink on a Pi has " - ".</summary>
    private bool IsNone() => Reader.Token == JsonToken.String && Reader.CopyString(_first) == 1 && (_first[0] == '-' || _first[0] == ' ');
}
