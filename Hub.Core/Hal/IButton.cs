namespace Hub.Core.Hal;

/// <summary>The button by which a person at the machine proves to be there. Thread: any.</summary>
public interface IButton
{
    /// <summary>True while it is pressed, contact bounce included. Throws nothing.</summary>
    bool IsPressed { get; }
}
