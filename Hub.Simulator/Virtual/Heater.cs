using System;

namespace Hub.Simulator.Virtual;

/// <summary>A first-order heater: the temperature approaches its target exponentially, faster up than down.</summary>
internal sealed class Heater(double heatSeconds, double coolSeconds)
{
    public const double Ambient = 21.3;

    public double Actual { get; private set; } = Ambient;

    public double Target { get; set; }

    public void Step(double seconds)
    {
        double goal = Math.Max(Target, Ambient);
        double timeConstant = goal > Actual ? heatSeconds : coolSeconds;
        Actual = goal + ((Actual - goal) * Math.Exp(-seconds / timeConstant));
        if (Math.Abs(Actual - goal) < 0.05)
        {
            Actual = goal;
        }
    }
}
