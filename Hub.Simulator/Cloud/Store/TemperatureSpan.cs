using System;

namespace Hub.Simulator.Cloud.Store;

/// <summary>The samples of one span, being averaged. Thread: one owner.</summary>
internal sealed class TemperatureSpan
{
    /// <summary>Its begin, in Unix seconds.</summary>
    public required long AtS { get; init; }

    public Average Nozzle { get; } = new();

    public Average NozzleTarget { get; } = new();

    public Average Bed { get; } = new();

    public Average BedTarget { get; } = new();

    public Average Chamber { get; } = new();

    public void Add(TemperatureSample sample)
    {
        Nozzle.Add(sample.Nozzle);
        NozzleTarget.Add(sample.NozzleTarget);
        Bed.Add(sample.Bed);
        BedTarget.Add(sample.BedTarget);
        Chamber.Add(sample.Chamber);
    }

    /// <summary>One average.</summary>
    public sealed class Average
    {
        private double _sum;
        private int _count;

        /// <summary>Tenths of a degree; null without a sample.</summary>
        public long? Tenths => _count == 0 ? null : (long)Math.Round(_sum / _count * 10);

        public void Add(double? value)
        {
            if (value is double known && double.IsFinite(known) && Math.Abs(known) < 10_000)
            {
                _sum += known;
                _count++;
            }
        }
    }
}
