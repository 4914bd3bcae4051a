using System;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;

namespace Hub.Simulator.Bench;

/// <summary>
/// A Bambu client that reads a report again and again. One number in it differs each time from the report before, and only a
/// report whose number the status then shows counts as read.
/// </summary>
internal sealed class BambuReading : IDisposable
{
    /// <summary>Numbers that a status shows: H2 has the bed's temperatures elsewhere, and progress is shown only during a job.</summary>
    private static readonly (string Before, Func<PrinterStatus, double> Shown)[] s_numbers =
    [
        ("\"bed_target_temper\":", status => status.BedTarget),
        ("\"mc_percent\":", status => status.ProgressPercentage),
        ("\"bed\":{\"info\":{\"temp\":", status => status.Bed),
    ];

    private readonly byte[] _report;
    private readonly int _pollMs;
    private readonly int _number;
    private readonly BenchBroker _broker;
    private readonly BambuClient _client;

    private BambuReading(byte[] report, int pollMs, int number, BenchBroker broker)
    {
        _report = report;
        _pollMs = pollMs;
        _number = number;
        _broker = broker;
        _client = new BambuClient(broker, new PrinterConfig
        {
            Id = "bench",
            Type = PrinterTypes.Bambu,
            Host = "127.0.0.1",
            Serial = "00M00A000000001",
            AccessCode = new Secret("bench"),
            PollMs = pollMs,
            Tls = new TlsOptions { Insecure = true },
        });
        _client.Connect(CancellationToken.None);
        _client.Poll(CancellationToken.None);
    }

    /// <summary>Connects a client. Errors: <see cref="ArgumentException"/> when the status shows none of the report's numbers that can be changed.</summary>
    public static BambuReading Connect(byte[] report, int pollMs)
    {
        for (int i = 0; i < s_numbers.Length; i++)
        {
            if (BenchBroker.Has(report, s_numbers[i].Before))
            {
                BambuReading reading = new(report, pollMs, i, new BenchBroker(report, s_numbers[i].Before));
                if (reading.ReadOne() == 1)
                {
                    return reading;
                }

                reading.Dispose();
            }
        }

        throw new ArgumentException("the status shows neither the bed's temperatures nor the progress of this report");
    }

    /// <summary>Another client for the same report.</summary>
    public BambuReading Connect(BenchBroker broker) => new(_report, _pollMs, _number, broker);

    /// <summary>A broker for <see cref="Connect(BenchBroker)"/>.</summary>
    public BenchBroker NewBroker() => new(_report, s_numbers[_number].Before);

    public void Dispose() => _client.Dispose();

    /// <summary>Lets the client read the next report: 1 when the status then shows its number, else 0.</summary>
    public long ReadOne()
    {
        double before = s_numbers[_number].Shown(_client.Status);
        _client.Poll(CancellationToken.None);
        return s_numbers[_number].Shown(_client.Status) - before == _broker.Step ? 1 : 0;
    }
}
