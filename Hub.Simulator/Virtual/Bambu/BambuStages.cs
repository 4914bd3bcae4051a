namespace Hub.Simulator.Virtual.Bambu;

/// <summary>The words and stage numbers in which a Bambu printer shows what its machine does (stg_cur, as in pybambu's const.py).</summary>
internal static class BambuStages
{
    /// <summary>The part of the heating that shows as PREPARE.</summary>
    public const double PreparePart = 0.25;

    private const int BedLeveling = 1;
    private const int BedPreheating = 2;
    private const int FilamentChanging = 4;
    private const int HeatingHotend = 7;
    private const int Homing = 13;
    private const int PausedByUser = 16;
    private const int FilamentUnloading = 22;
    private const int FilamentLoading = 24;

    /// <summary>Percent at which a print of several filaments changes one; each stage takes one percent.</summary>
    private const double FilamentChangePercent = 40;

    /// <summary>What gcode_state and stg_cur show.</summary>
    /// <param name="machine">The machine now.</param>
    /// <param name="model">The printer's model.</param>
    /// <param name="isFresh">True before the first print after power-on.</param>
    /// <param name="usesAms">True for a print of several filaments.</param>
    /// <param name="lacksFilament">True when the print stopped because its filament is not known.</param>
    public static (string State, int Stage) Of(MachineSnapshot machine, BambuModel model, bool isFresh, bool usesAms, bool lacksFilament)
    {
        switch (machine.State)
        {
            case MachineState.Idle when isFresh || machine.Result == JobResult.None:
                return ("IDLE", model.IdleStage);
            case MachineState.Idle:
                return (machine.Result == JobResult.Finished ? "FINISH" : "FAILED", model.IdleStage);
            case MachineState.Starting:
                return (model.SkipsPrepare ? "RUNNING" : "PREPARE", model.IdleStage);
            case MachineState.Paused:
                return ("PAUSE", lacksFilament ? 0 : PausedByUser);
            case MachineState.Heating:
            case MachineState.Pausing when machine.Completion == 0:
                double part = machine.PrintTimeSeconds / VirtualMachine.HeatSeconds;
                return part switch
                {
                    < PreparePart when model.SkipsPrepare => ("RUNNING", model.IdleStage),
                    < PreparePart => ("PREPARE", model.IdleStage),
                    < 0.55 => ("RUNNING", BedPreheating),
                    < 0.80 => ("RUNNING", HeatingHotend),
                    < 0.90 => ("RUNNING", Homing),
                    _ => ("RUNNING", BedLeveling),
                };
            case MachineState.Printing when usesAms:
                return ("RUNNING", ((machine.Completion ?? 0) - FilamentChangePercent) switch
                {
                    >= 0 and < 1 => FilamentUnloading,
                    >= 1 and < 2 => FilamentChanging,
                    >= 2 and < 3 => FilamentLoading,
                    _ => 0,
                });
            default:
                return ("RUNNING", 0);
        }
    }
}
