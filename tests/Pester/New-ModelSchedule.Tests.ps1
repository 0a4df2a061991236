Describe 'New-ModelSchedule' {
    It 'makes <Text>' -ForEach @(
        @{ Make = { New-ModelSchedule 0.5 }; Text = '0.5'; At = 7; Value = 0.5 }
        @{ Make = { New-ModelSchedule 0.1 -Step -Every 10 }; Text = 'step: 0.1, times 0.1 every 10 iterations'; At = 10; Value = 0.01 }
        @{ Make = { New-ModelSchedule 0.1 -Exponential -DecaySteps 100 -DecayRate 0.5 -Staircase }; Text = 'exponential: 0.1, times 0.5 in 100 iterations, in steps'; At = 199; Value = 0.05 }
        @{ Make = { New-ModelSchedule -InverseTime -Initial 0.1 -DecaySteps 100 -DecayRate 1 }; Text = 'inverse time: 0.1 over 1 + 1 in 100 iterations'; At = 100; Value = 0.05 }
        @{ Make = { New-ModelSchedule 1 -Polynomial -DecaySteps 100 -End 0 -Power 2 }; Text = 'polynomial: 1 to 0 in 100 iterations, power 2'; At = 50; Value = 0.25 }
        @{ Make = { New-ModelSchedule 1 -Cosine -DecaySteps 100 -WarmupSteps 10 }; Text = 'cosine: 0 to 1 in 10 iterations, then to 0 in 100'; At = 60; Value = 0.5 }
        @{ Make = { New-ModelSchedule -Cyclic -Minimum 1 -Maximum 2 -StepSize 10 -Mode Triangular2 }; Text = 'cyclic: 1 to 2 and back in 20 iterations, half as high each time'; At = 30; Value = 1.5 }
        @{ Make = { New-ModelSchedule -Piecewise -Boundaries 10, 20 -Values 1, 0.5, 0.1 }; Text = 'piecewise: 1 to 10, 0.5 to 20, then 0.1'; At = 20; Value = 0.5 }
    ) {
        $schedule = & $Make
        "$schedule" | Should -Be $Text
        [Math]::Round($schedule.At($At), 12) | Should -Be $Value
        ($schedule | Out-String).Trim() | Should -Be $Text
    }

    It 'makes a plateau, which goes by the validation' {
        "$(New-ModelSchedule 0.1 -Plateau -Patience 3 -Metric accuracy)" | Should -BeLike "plateau: 0.1, times 0.1 when the validation's accuracy is not higher by more than 0.0001 for 3 validations*"
    }

    It 'refuses what makes no sense' {
        { New-ModelSchedule 0.1 -Exponential -DecaySteps 0 -DecayRate 0.5 -ErrorAction Stop } | Should -Throw -ErrorId 'ValueOutOfRange,*'
        { New-ModelSchedule -Piecewise -Boundaries 10 -Values 1 -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'offers of each kind its own parameters only' {
        $sets = (Get-Command New-ModelSchedule).ParameterSets
        ($sets | Where-Object Name -EQ Cosine).Parameters.Name | Should -Not -Contain 'DecayRate'
        $sets.Name | Should -HaveCount 9
    }
}
