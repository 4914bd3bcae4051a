namespace Hub.Core.ConnectionTest;

/// <summary>Hears of the steps of a connection test one by one, as each ends. Thread: the one that runs the test.</summary>
public interface ITestListener
{
    /// <summary>A step ended; the next one begins when this returns. What it throws ends the test.</summary>
    void StepEnded(TestStep step);
}
